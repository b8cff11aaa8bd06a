/** The official JavaScript driver, unchanged, against a server of our own. It speaks HTTP/2 in clear text. */
import {
  AbortError,
  AuthenticationError,
  Client,
  ConstraintFailureError,
  DateStub,
  Document,
  EmbeddedSet,
  type EventSource,
  fql,
  InvalidRequestError,
  LONG_MAX,
  Module,
  NamedDocument,
  NullDocument,
  Page,
  QueryCheckError,
  QueryTimeoutError,
  TimeStub,
} from 'fauna'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'

let server: OwnServer
let client: Client
let root: Client
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
  const name = `db${database++}`
  await root.query(fql`Database.create({ name: ${name} })`)
  client?.close()
  client = connect(`${server.secret}:${name}:admin`)
  await client.query(fql`Collection.create({
    name: "Book",
    indexes: { byTitle: { terms: [{ field: ".title" }] } }
  })`)
})

const data = async (query: ReturnType<typeof fql>): Promise<unknown> =>
  (await client.query(query as never)).data

describe('values', () => {
  it.each([
    ['a string', 'Grüße 🦉'],
    ['a small number', 42],
    ['a long', 2 ** 40],
    ['a double', 1.5],
    ['a boolean', true],
    ['null', null],
    ['an array', [1, 'two', [3]]],
    ['an object', { a: 1, '@b': 'x', c: { d: null } }],
    ['a time', TimeStub.from('2023-03-09T00:00:00Z')],
    ['a date', DateStub.from('2023-03-09')],
    ['bytes', new Uint8Array([1, 2, 255])],
    ['a module', new Module('Book')],
  ])('%s comes back as it went', async (_name, value) => {
    const [back] = (await data(fql`[${value as string}]`)) as [unknown]
    expect(back instanceof Uint8Array ? [...back] : back).toEqual(
      value instanceof Uint8Array ? [...value] : value,
    )
  })

  it('a long comes back as a bigint, if the client wants', async () => {
    const { data: back } = await client.query(fql`${LONG_MAX}`, { long_type: 'bigint' })
    expect(back).toBe(LONG_MAX)
  })

  it('are arguments too', async () => {
    const { data: sum } = await client.query(fql`x + y`, { arguments: { x: 2, y: 3 } })
    expect(sum).toBe(5)
  })

  it('NaN and the infinities', async () => {
    expect(await data(fql`[Math.NaN, Math.Infinity, -Math.Infinity]`)).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ])
  })
})

describe('templates', () => {
  it('nest', async () => {
    const inner = fql`2 * ${3}`
    expect(await data(fql`1 + (${inner})`)).toBe(7)
  })

  it('hold queries in objects and arrays', async () => {
    const one = fql`1`
    expect(await data(fql`${{ a: one, b: [fql`${one} + 1`, 3] }}`)).toEqual({ a: 1, b: [2, 3] })
  })

  it('never take a value for a program', async () => {
    const hostile = '" + abort("injected") + "'
    expect(await data(fql`${hostile}`)).toBe(hostile)
  })
})

describe('documents', () => {
  it('are created, read, changed and deleted', async () => {
    const { data: book } = await client.query<Document & { title: string }>(
      fql`Book.create({ title: "Emma", pages: 474 })`,
    )
    expect(book).toBeInstanceOf(Document)
    expect(book).toMatchObject({ title: 'Emma', pages: 474, coll: new Module('Book') })
    expect(book.ts).toBeInstanceOf(TimeStub)
    const changed = (await data(fql`${book}.update({ pages: 475 })`)) as Document & { pages: number }
    expect(changed.pages).toBe(475)
    const gone = (await data(fql`Book.byId(${book.id})!.delete()`)) as NullDocument
    expect(gone).toBeInstanceOf(NullDocument)
    expect(gone.cause).toBe('deleted')
    const missing = (await data(fql`Book.byId(${book.id})`)) as NullDocument
    expect(missing).toBeInstanceOf(NullDocument)
    expect(missing.cause).toBe('not found')
  })

  it('have names in schema collections', async () => {
    const definition = await data(fql`Book.definition`)
    expect(definition).toBeInstanceOf(NamedDocument)
    expect(definition).toMatchObject({ name: 'Book', coll: new Module('Collection') })
  })
})

describe('sets', () => {
  beforeEach(() => client.query(fql`Set.sequence(0, 40).forEach(i => Book.create({ title: "T", n: i }))`))

  it('come as pages', async () => {
    const page = (await data(fql`Book.byTitle("T").pageSize(10)`)) as Page<Document>
    expect(page).toBeInstanceOf(Page)
    expect(page.data).toHaveLength(10)
    expect(page.after).toBeTypeOf('string')
  })

  it('are paged through to their end', async () => {
    const seen: number[] = []
    const pages = client.paginate<Document & { n: number }>(fql`Book.all().pageSize(16)`)
    for await (const page of pages) seen.push(...page.map(({ n }) => n))
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  it('nested ones are fetched when they are asked for', async () => {
    const { data: holder } = await client.query<{ books: EmbeddedSet }>(
      fql`{ deep: 1, books: Book.byTitle("T") }`,
    )
    let count = 0
    if (holder.books instanceof EmbeddedSet || (holder.books as unknown) instanceof Page) {
      for await (const page of client.paginate(holder.books as EmbeddedSet)) count += page.length
    }
    expect(count).toBe(40)
  })
})

describe('the transaction time', () => {
  it('is tracked and sent', async () => {
    const before = Number(client.lastTxnTs ?? 0)
    const { txn_ts } = await client.query(fql`Book.create({})`)
    expect(client.lastTxnTs).toBe(txn_ts)
    expect(Number(txn_ts)).toBeGreaterThan(before)
    const other = connect(`${server.secret}:db${database - 1}:admin`)
    other.lastTxnTs = txn_ts
    const read = await other.query(fql`Book.all().count()`)
    expect(read.data).toBe(1)
    expect(Number(read.txn_ts)).toBeGreaterThanOrEqual(Number(txn_ts))
    other.close()
  })

  it('is different for every write', async () => {
    const writes = await Promise.all(Array.from({ length: 20 }, () => client.query(fql`Book.create({})`)))
    expect(new Set(writes.map(({ txn_ts }) => txn_ts)).size).toBe(20)
  })
})

describe('errors', () => {
  const failing = (query: Promise<unknown>): Promise<unknown> =>
    query.then(
      () => undefined,
      (error: unknown) => error,
    )

  it('have the classes of the driver', async () => {
    expect(await failing(client.query(fql`nonsense(`))).toBeInstanceOf(QueryCheckError)
    const aborted = await failing(client.query(fql`abort({ a: 1 })`))
    expect(aborted).toBeInstanceOf(AbortError)
    expect((aborted as AbortError).abort).toEqual({ a: 1 })
    const constraint = await failing(client.query(fql`Collection.create({ name: "Book" })`))
    expect(constraint).toBeInstanceOf(ConstraintFailureError)
    expect((constraint as ConstraintFailureError).constraint_failures[0]).toHaveProperty('paths')
    const stranger = connect('nobody')
    expect(await failing(stranger.query(fql`1`))).toBeInstanceOf(AuthenticationError)
    stranger.close()
    const invalid = await failing(client.query(fql`1`, { query_tags: { 'no key': 'x' } }))
    expect(invalid).toBeInstanceOf(InvalidRequestError)
  })

  it('440 when the client is impatient', async () => {
    const query = fql`Set.sequence(0, 10000).forEach(i => Book.create({ n: i }))`
    expect(await failing(client.query(query, { query_timeout_ms: 1 }))).toBeInstanceOf(QueryTimeoutError)
  })
})

describe('events', () => {
  it('arrive in a stream', async () => {
    const { data: source } = await client.query<EventSource>(fql`Book.all().eventSource()`)
    const stream = client.stream<Document & { n: number }>(source)
    const events = stream[Symbol.asyncIterator]()
    const first = events.next()
    await client.query(fql`Book.create({ n: 7 })`)
    const { value } = await first
    expect(value).toMatchObject({ type: 'add', data: { n: 7 } })
    stream.close()
  })

  it('are polled from a feed', async () => {
    const { data: source } = await client.query<EventSource>(fql`Book.all().eventSource()`)
    await client.query(fql`Book.create({ n: 1 })`)
    await client.query(fql`Book.create({ n: 2 })`)
    const feed = client.feed<Document & { n: number }>(source)
    const page = await feed.nextPage()
    expect([...page.events].map((event) => event.data.n)).toEqual([1, 2])
    expect(page.hasNext).toBe(false)
  })
})
