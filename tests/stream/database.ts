/** A database of its own on a server of ours, for tests of events. */
import type { OwnServer } from '../conformance/own-server.ts'

export interface Event {
  readonly type: 'add' | 'update' | 'remove' | 'status' | 'error'
  readonly data?: unknown
  readonly txn_ts?: number
  readonly cursor?: string
  readonly error?: { readonly code: string; readonly message: string; readonly abort?: unknown }
  readonly stats: { readonly read_ops: number; readonly compute_ops: number }
}

export interface Page {
  readonly events: readonly Event[]
  readonly cursor: string
  readonly has_next: boolean
  readonly stats: Event['stats']
}

export interface Answer<T> {
  readonly status: number
  readonly body: T & { readonly error?: { readonly code: string; readonly message: string } }
}

let count = 0

export class Database {
  readonly server: OwnServer
  readonly secret: string

  constructor(server: OwnServer, secret: string) {
    this.server = server
    this.secret = secret
  }

  static async create(server: OwnServer): Promise<Database> {
    const name = `events${count++}`
    await new Database(server, server.secret).query(`Database.create({ name: "${name}" })`)
    return new Database(server, `${server.secret}:${name}:admin`)
  }

  /** The same database with the rights of a role. */
  async as(role: string): Promise<Database> {
    return new Database(this.server, (await this.query(`Key.create({ role: "${role}" }).secret`)) as string)
  }

  post(path: string, body: unknown, headers = {}): Promise<Response> {
    return fetch(`${this.server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.secret}`, ...headers },
      body: JSON.stringify(body),
    })
  }

  /** In the simple format. */
  async query(fql: string): Promise<unknown> {
    return (await this.run(fql)).data
  }

  async run(fql: string): Promise<{ data: unknown; txn_ts: number }> {
    const reply = await this.post(
      '/query/1',
      { query: fql },
      { 'x-format': 'simple', 'x-typecheck': 'false' },
    )
    const json = (await reply.json()) as { data: unknown; txn_ts: number; summary: string }
    if (reply.status !== 200) throw new Error(`${fql}: ${JSON.stringify(json)}`)
    return json
  }

  /** An event source. */
  source(fql: string): Promise<string> {
    return this.query(fql) as Promise<string>
  }

  async feed(token: string, options = {}, headers = {}): Promise<Answer<Page>> {
    const reply = await this.post('/feed/1', { token, ...options }, headers)
    return { status: reply.status, body: (await reply.json()) as Page }
  }

  /** All pages, as one list. */
  async allEvents(token: string, options: Record<string, unknown> = {}): Promise<Event[]> {
    const events: Event[] = []
    for (let more = options; ; ) {
      const { body } = await this.feed(token, more)
      events.push(...body.events)
      if (!body.has_next) return events
      more = { ...('page_size' in options && { page_size: options['page_size'] }), cursor: body.cursor }
    }
  }

  async stream(token: string, options = {}): Promise<OpenStream> {
    const closed = new AbortController()
    const reply = await fetch(`${this.server.url}/stream/1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.secret}` },
      body: JSON.stringify({ token, ...options }),
      signal: closed.signal,
    })
    return new OpenStream(reply, closed)
  }
}

export class OpenStream {
  readonly reply: Response
  private readonly closed: AbortController
  private readonly reader: ReadableStreamDefaultReader<string>
  private text = ''

  constructor(reply: Response, closed: AbortController) {
    this.reply = reply
    this.closed = closed
    const body = reply.body as ReadableStream<Uint8Array>
    this.reader = body.pipeThrough(new TextDecoderStream()).getReader()
  }

  /** The next event; undefined: the server has ended the stream. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.text.indexOf('\r\n')
      if (end >= 0) {
        const line = this.text.slice(0, end)
        this.text = this.text.slice(end + 2)
        return JSON.parse(line) as Event
      }
      const { value, done } = await this.reader.read()
      if (done) return undefined
      this.text += value
    }
  }

  async take(n: number): Promise<Event[]> {
    const events: Event[] = []
    for (let i = 0; i < n; i++) {
      const event = await this.next()
      if (!event) return events
      events.push(event)
    }
    return events
  }

  /** Everything until the end. */
  async rest(): Promise<Event[]> {
    return this.take(Number.POSITIVE_INFINITY)
  }

  close(): void {
    this.closed.abort()
    this.reader.cancel().catch(() => {})
  }
}

/** `add 1`: type and a field of the data. */
export const short = (events: readonly Event[], field = 'n'): string[] =>
  events.map(({ type, data, error }) => `${type} ${error?.code ?? value(data, field)}`)

function value(data: unknown, field: string): unknown {
  if (typeof data !== 'object' || data === null) return data
  const fields = (data as { '@doc'?: object })['@doc'] ?? data
  const v = (fields as Record<string, unknown>)[field]
  return typeof v === 'object' && v !== null ? Object.values(v)[0] : v
}
