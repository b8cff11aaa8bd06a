/** Asks a server, as somebody or other. */
import type { OwnServer } from '../conformance/own-server.ts'

/** JSON as it comes: tests look into it and say what they expect. */
export type Json = ReturnType<typeof JSON.parse>

export interface Answer {
  readonly status: number
  readonly data: Json
  readonly error:
    | { readonly code: string; readonly message: string; readonly constraint_failures?: Json }
    | undefined
  readonly summary: string
  /** As it came. */
  readonly text: string
  /** Milliseconds. */
  readonly ms: number
}

export class Asking {
  readonly server: OwnServer

  constructor(server: OwnServer) {
    this.server = server
  }

  /** Runs a query, untyped. `secret`: the root's unless told. */
  async ask(
    query: string,
    secret: string = this.server.secret,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const started = performance.now()
    const reply = await fetch(`${this.server.url}/query/1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'x-typecheck': 'false', ...headers },
      body: JSON.stringify({ query }),
    })
    const text = await reply.text()
    const { data, error, summary = '' } = JSON.parse(text)
    return { status: reply.status, data, error, summary, text, ms: performance.now() - started }
  }

  /** The data of a query that must succeed. */
  async data(query: string, secret?: string): Promise<Json> {
    const answer = await this.ask(query, secret)
    if (answer.status !== 200) throw new Error(`${query}\n${answer.text}`)
    return answer.data
  }

  /** The error code of a query that must fail. */
  async code(query: string, secret?: string): Promise<string | undefined> {
    return (await this.ask(query, secret)).error?.code
  }

  async status(query: string, secret: string): Promise<number> {
    return (await this.ask(query, secret)).status
  }

  /** Pushes a schema file. */
  async push(fsl: string, secret: string = this.server.secret): Promise<Response> {
    const form = new FormData()
    form.set('main.fsl', new Blob([fsl]), 'main.fsl')
    return fetch(`${this.server.url}/schema/1/update?force=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: form,
    })
  }

  call(
    method: string,
    path: string,
    secret: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    return fetch(`${this.server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, ...headers },
      ...content,
    })
  }

  /** A new child database with an admin key for it. */
  async child(name: string, secret?: string): Promise<string> {
    await this.data(`Database.create({ name: "${name}", typechecked: false }).name`, secret)
    return this.data(`Key.create({ role: "admin", database: "${name}" }).secret`, secret)
  }
}
