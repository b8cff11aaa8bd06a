/** Feeds and streams of the official JavaScript driver against a server of our own. */
import {
  Client,
  type Document,
  type EventSource,
  FaunaError,
  fql,
  QueryTimeoutError,
  ServiceError,
} from 'fauna'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'

type Book = Document & { n: number }

let server: OwnServer
let root: Client
let client: Client
let database = 0

const connect = (secret: string): Client => new Client({ endpoint: new URL(server.url), secret })

beforeAll(async () => {
  server = await startOwnServer()
  root = connect(server.secret)
})
afterAll(async () => {
  client.close()
  root.close()
  await server.stop()
})
beforeEach(async () => {
  const name = `driver_events${database++}`
  await root.query(fql`Database.create({ name: ${name} })`)
  client?.close()
  client = connect(`${server.secret}:${name}:admin`)
  await client.query(fql`Collection.create({ name: "Book" })`)
})

const books = async (n: number) => {
  await client.query(fql`Set.sequence(0, ${n}).forEach(n => Book.create({ n: n }))`)
}
const all = fql`Book.all().eventSource()`
const source = async (query = all) => (await client.query<EventSource>(query)).data

describe('feeds', () => {
  it('are read page by page, and on', async () => {
    const token = await source()
    await books(20)
    const sizes: number[] = []
    let cursor = ''
    for await (const page of client.feed<Book>(token, { page_size: 8 })) {
      sizes.push([...page.events].length)
      cursor = page.cursor
    }
    expect(sizes).toEqual([8, 8, 4])
    await books(1)
    const next = await client.feed<Book>(token, { cursor }).nextPage()
    expect([...next.events].map((e) => e.type)).toEqual(['add'])
  })

  it('are flattened', async () => {
    const token = await source()
    await books(20)
    const numbers: number[] = []
    for await (const event of client.feed<Book>(token).flatten()) numbers.push(event.data.n)
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  it('are made of a query', async () => {
    const { txn_ts } = await client.query(fql`Book.create({ n: 1 })`)
    const page = await client.feed<Book>(all, { start_ts: Number(txn_ts) - 1 }).nextPage()
    expect([...page.events].map((e) => e.data.n)).toEqual([1])
    expect(page.stats?.read_ops).toBe(9)
  })

  it('go on after a cursor', async () => {
    const token = await source()
    await books(3)
    const first = await client.feed<Book>(token, { page_size: 1 }).nextPage()
    const rest = await client.feed<Book>(token, { cursor: first.cursor }).nextPage()
    expect([...rest.events].map((e) => e.data.n)).toEqual([1, 2])
  })

  it('fail with the event, and with bad tokens', async () => {
    const token = await source(fql`Book.all().map(_ => abort("oops")).eventSource()`)
    await books(1)
    await expect(client.feed(token).flatten().next()).rejects.toBeInstanceOf(ServiceError)
    const bad = { ...token, token: 'x' } as EventSource
    await expect(client.feed(bad).nextPage()).rejects.toBeInstanceOf(FaunaError)
  })

  it('440 when the client is impatient', async () => {
    const token = await source()
    await books(2000)
    const feed = client.feed(token, { page_size: 16_000, query_timeout_ms: 1 })
    await expect(feed.nextPage()).rejects.toBeInstanceOf(QueryTimeoutError)
  })
})

describe('streams', () => {
  it('give events, and the status on demand', async () => {
    const stream = client.stream<Book>(await source(), { status_events: true })
    const types: string[] = []
    // Not awaited: the driver loses what arrives while its consumer is busy.
    const answer: Record<string, () => Promise<unknown>> = {
      status: () => books(1),
      add: () => client.query(fql`Book.all().forEach(.update({ n: 5 }))`),
      update: () => client.query(fql`Book.all().forEach(.delete())`),
    }
    for await (const event of stream) {
      types.push(event.type)
      if (event.type === 'remove') break
      answer[event.type]?.().catch(expect.unreachable)
    }
    expect(types).toEqual(['status', 'add', 'update', 'remove'])
    stream.close()
  })

  it('are made of a query, with callbacks', async () => {
    const stream = client.stream<Book>(fql`Book.where(.n == 3).eventSource()`, { status_events: true })
    const seen = new Promise<Book>((resolve, reject) =>
      stream.start((event) => {
        if (event.type === 'status') books(5).catch(reject)
        else if (event.type === 'add') resolve(event.data)
      }, reject),
    )
    expect(await seen).toMatchObject({ n: 3 })
    stream.close()
  })

  it('go on after the cursor of an event', async () => {
    const token = await source()
    await books(3)
    const cursors: string[] = []
    const first = client.stream<Book>(token)
    for await (const event of first) {
      cursors.push(event.cursor)
      if (cursors.length === 2) break
    }
    first.close()
    const second = client.stream<Book>(token, { cursor: cursors[0] as string })
    for await (const event of second) {
      expect(event).toMatchObject({ type: 'add', data: { n: 1 } })
      break
    }
    second.close()
  })

  it('end with the error of the code in them', async () => {
    const stream = client.stream(await source(fql`Book.all().map(_ => abort("oops")).eventSource()`))
    await books(1)
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'abort',
      abort: 'oops',
    })
    stream.close()
  })
})
