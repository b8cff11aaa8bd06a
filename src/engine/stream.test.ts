/** What needs a clock of its own: idle streams, streams that fall behind, streams that begin too late. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { pruneChangeLogs } from '#src/stream/prune.ts'
import { createEngine } from './engine.ts'
import type { OpenStream, QueryService } from './service.ts'
import type { StreamOptions } from './stream.ts'

const MINUTE = 60_000_000
const root = 'Bearer secret'

let skipped = 0
let storage: MemoryEngine
let engine: QueryService
const opened: OpenStream[] = []

const start = (streams: Partial<StreamOptions> = {}) => {
  skipped = 0
  storage = new MemoryEngine({ clock: () => Date.now() * 1000 + skipped })
  const passwordParams = { memory: 64, passes: 1, lanes: 1 }
  engine = createEngine({ storage, rootSecrets: ['secret'], passwordParams, streams })
}

beforeEach(async () => {
  start({ revalidateMs: 20, statusMs: 1e9 })
})
afterEach(() => engine.close())

async function query(fql: string, authorization = root): Promise<unknown> {
  const options = { arguments: undefined, typecheck: false, linearized: false, performanceHints: false }
  const more = { timeoutMs: 60_000, maxContentionRetries: 4, lastTxnTs: 0, tags: undefined, trace: false }
  const request = {
    ...options,
    ...more,
    authorization,
    query: fql,
    startedAt: performance.now(),
    requestId: '',
  }
  const { body } = await engine.query({ ...request, format: 'simple' })
  const { data, error } = JSON.parse(body) as { data: unknown; error?: object }
  if (error) throw new Error(body)
  return data
}

async function open(token: unknown, authorization = root): Promise<OpenStream> {
  const request = {
    authorization,
    token: token as string,
    cursor: undefined,
    startTs: undefined,
    requestId: '',
  }
  const stream = await engine.stream(request)
  if (!('events' in stream)) throw new Error(stream.body)
  opened.push(stream)
  return stream
}

/** Type and code of each event up to now, or to the end. */
async function next({ events }: OpenStream): Promise<string[]> {
  const { value } = await events.next()
  const lines = (value ?? '').split('\r\n').filter((line) => line !== '')
  const parsed = lines.map((line) => JSON.parse(line) as { type: string; error?: { code: string } })
  return parsed.map(({ type, error }) => error?.code ?? type)
}

const collection = () => query('Collection.create({ name: "Car" }); null')
const source = () => query('Car.all().eventSource()')

test('an idle stream finds out that its key is gone, or has expired', async () => {
  await collection()
  const token = await source()
  const gone = await open(token, `Bearer ${await query('Key.create({ role: "server" }).secret')}`)
  const ttl = 'Time.now().add(60, "seconds")'
  const expiring = await open(
    token,
    `Bearer ${await query(`Key.create({ role: "server", ttl: ${ttl} }).secret`)}`,
  )
  expect(await next(gone)).toEqual(['status'])
  expect(await next(expiring)).toEqual(['status'])
  await query('Key.where(.ttl == null).forEach(.delete()); null')
  expect(await next(gone)).toEqual(['permission_loss'])
  skipped += 2 * MINUTE
  expect(await next(expiring)).toEqual(['permission_loss'])
  expect(await next(expiring)).toEqual([])
})

test('an idle stream finds out that its database is gone', async () => {
  await query('Database.create({ name: "a" }); null')
  const inside = `${root}:a:admin`
  await query('Collection.create({ name: "Car" }); null', inside)
  const stream = await open(await query('Car.all().eventSource()', inside), inside)
  await next(stream)
  await query('Database.byName("a")!.delete(); null')
  expect(await next(stream)).toEqual(['permission_loss'])
})

test('a stream ends with its collection', async () => {
  await collection()
  const stream = await open(await source())
  await next(stream)
  await query('Collection.byName("Car")!.delete(); null')
  expect(await next(stream)).toEqual(['internal_error'])
})

test('a status from time to time', async () => {
  await engine.close()
  start({ revalidateMs: 5, statusMs: 20 })
  await collection()
  const stream = await open(await source())
  for (let i = 0; i < 3; i++) expect(await next(stream)).toEqual(['status'])
})

test('too many streams', async () => {
  await engine.close()
  start({ maxStreams: 1 })
  await collection()
  const token = await source()
  const first = await open(token)
  const second = await open(token)
  expect(await next(second)).toEqual(['internal_error'])
  expect(await next(first)).toEqual(['status'])
  await first.events.return?.()
  expect(await next(await open(token))).toEqual(['status'])
})

test('a source that is too old', async () => {
  await collection()
  const token = await source()
  skipped += 16 * MINUTE
  const stream = await open(token)
  expect(await next(stream)).toEqual(['status', 'invalid_stream_start_time'])
  expect(await next(stream)).toEqual([])
})

test('a client that falls behind the history', async () => {
  await collection()
  const stream = await open(await source())
  await next(stream)
  await query('Car.create({}); null')
  skipped += 16 * MINUTE
  expect(await next(stream)).toEqual(['stream_overflow'])
})

test('history that is kept longer, and is not made up for what was pruned', async () => {
  await query('Collection.create({ name: "Car", history_days: 1 }); null')
  const token = await source()
  await query('Car.create({}); null')
  skipped += 600 * MINUTE
  // Only the change of the definition, a system document.
  expect(await pruneChangeLogs(storage)).toBe(1)
  expect(await next(await open(token))).toEqual(['status', 'add'])
  await query('Collection.byName("Car")!.update({ history_days: 0 }); null')
  expect(await pruneChangeLogs(storage)).toBe(1)
  await query('Collection.byName("Car")!.update({ history_days: 1 }); null')
  expect(await next(await open(token))).toEqual(['status', 'invalid_stream_start_time'])
})

test('return() ends a pending next()', async () => {
  await collection()
  const stream = await open(await source())
  await next(stream)
  const pending = stream.events.next()
  await stream.events.return?.()
  expect(await pending).toEqual({ done: true, value: undefined })
})

test('a store that fails', async () => {
  await collection()
  const stream = await open(await source())
  await next(stream)
  vi.spyOn(storage, 'begin').mockImplementation(() => {
    throw new Error('disk')
  })
  expect(await next(stream)).toEqual(['internal_error'])
  vi.restoreAllMocks()
})
