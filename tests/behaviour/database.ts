/** A database of its own on a server of our own, asked over HTTP. */
import { startOwnServer } from '../conformance/own-server.ts'

export interface Answer {
  readonly status: number
  /** The reply's JSON; the text where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are looked into freely
  readonly body: any
}

export interface AskOptions {
  readonly typecheck?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly args?: unknown
  readonly secret?: string
}

export interface TestDatabase {
  readonly url: string
  /** An admin secret of the database. */
  readonly secret: string
  /** `query`: text, or a template object. */
  ask(query: unknown, options?: AskOptions): Promise<Answer>
  /** The result of a query that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: results are looked into freely
  must(query: string, options?: AskOptions): Promise<any>
  stop(): Promise<void>
}

/** `settings`: further fields of the database document. */
export async function startDatabase(settings = ''): Promise<TestDatabase> {
  const server = await startOwnServer()
  const secret = `${server.secret}:db:admin`
  const ask = async (query: unknown, options: AskOptions = {}): Promise<Answer> => {
    const { typecheck, headers, args, secret: as = secret } = options
    const response = await fetch(`${server.url}/query/1`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${as}`,
        ...(typecheck === undefined ? {} : { 'x-typecheck': String(typecheck) }),
        ...headers,
      },
      body: JSON.stringify({ query, ...(args === undefined ? {} : { arguments: args }) }),
    })
    return { status: response.status, body: await response.json() }
  }
  const must = async (query: string, options?: AskOptions) => {
    const { status, body } = await ask(query, options)
    if (status !== 200) throw new Error(`${query}\n${status}: ${body.summary ?? JSON.stringify(body)}`)
    return body.data
  }
  await must(`Database.create({ name: "db", ${settings} })`, { secret: server.secret })
  return { url: server.url, secret, ask, must, stop: () => server.stop() }
}
