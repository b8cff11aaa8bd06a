/** Live streams over HTTP (spec/data.md §13.5, spec/protocol.md §7, spec/roles.md §6). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FaultyEngine } from '#src/storage/faulty/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'
import { Database, type OpenStream, short } from './database.ts'

const engines = [
  ['a store that answers at once', () => new MemoryEngine()],
  ['a store that answers late', () => new FaultyEngine(new MemoryEngine())],
] as const

describe.each(engines)('streams over %s', (_name, openStore) => {
  let server: OwnServer
  let db: Database
  const opened: OpenStream[] = []

  beforeAll(async () => {
    server = await startOwnServer(openStore())
  })
  afterAll(() => server.stop())
  afterEach(() => {
    for (const stream of opened.splice(0)) stream.close()
  })
  beforeEach(async () => {
    db = await Database.create(server)
    await db.query('Collection.create({ name: "Car", indexes: { byN: { terms: [{ field: ".n" }] } } })')
  })

  const run = async (...queries: string[]) => {
    for (const q of queries) await db.query(`${q}; null`)
  }
  const open = async (token: string, options = {}, as = db): Promise<OpenStream> => {
    const stream = await as.stream(token, options)
    opened.push(stream)
    return stream
  }

  test('a status, past events, live events, in order', async () => {
    const { data, txn_ts } = await db.run('Car.all().eventSource()')
    await run('Car.create({ id: 1, n: 1 })', 'Car(1)!.update({ n: 2 })')
    const stream = await open(data as string)
    expect(stream.reply.status).toBe(200)
    expect(stream.reply.headers.get('x-fauna-stream-id')).toMatch(/^\d+$/)
    const [status, ...past] = await stream.take(3)
    expect(status).toMatchObject({ type: 'status', txn_ts, stats: { read_ops: 8, compute_ops: 1 } })
    expect(short(past)).toEqual(['add 1', 'update 2'])
    await run('Car(1)!.delete()', 'Car.create({ n: 3 }); Car.create({ n: 4 })')
    expect(short(await stream.take(3))).toEqual(['remove 2', 'add 3', 'add 4'])
  })

  test('only what concerns it', async () => {
    const byIndex = await open(await db.source('Car.byN(1).eventSource()'))
    const one = await open(await db.source('Set.single(Car(1)).eventSource()'))
    const mapped = await open(await db.source('Car.where(.n > 1).map(.n).eventSource()'))
    await run('Car.create({ id: 1, n: 1 })', 'Car.create({ id: 2, n: 2 })', 'Car(1)!.update({ n: 3 })')
    expect(short((await byIndex.take(3)).slice(1))).toEqual(['add 1', 'remove 1'])
    expect(short((await one.take(3)).slice(1))).toEqual(['add 1', 'update 3'])
    expect((await mapped.take(3)).slice(1).map((e) => e.data)).toEqual([{ '@int': '2' }, { '@int': '3' }])
  })

  test('goes on after a cursor, of an event or of a feed', async () => {
    const token = await db.source('Car.all().eventSource()')
    await run('Set.sequence(0, 3).forEach(n => Car.create({ n: n }))')
    const first = await open(token)
    const [, event] = await first.take(2)
    const second = await open(token, { cursor: event?.cursor })
    expect(short((await second.take(3)).slice(1))).toEqual(['add 1', 'add 2'])
    const page = (await db.feed(token, { start_ts: (event?.txn_ts as number) - 1 })).body
    const third = await open(token, { cursor: page.cursor })
    await run('Car.create({ n: 9 })')
    expect(short((await third.take(2)).slice(1))).toEqual(['add 9'])
  })

  test('start_ts leaves out all of that time', async () => {
    const token = await db.source('Car.all().eventSource()')
    const { txn_ts } = await db.run('Car.create({ n: 1 }); Car.create({ n: 2 }); null')
    await run('Car.create({ n: 3 })')
    const stream = await open(token, { start_ts: txn_ts })
    expect(short((await stream.take(2)).slice(1))).toEqual(['add 3'])
  })

  test('not before the source was made', async () => {
    const { data, txn_ts } = await db.run('Car.all().eventSource()')
    const reply = await db.post('/stream/1', { token: data, start_ts: txn_ts - 1 })
    const body = (await reply.json()) as { error: object }
    expect(reply.status).toBe(400)
    expect(body.error).toEqual({
      code: 'invalid_request',
      message: 'Invalid stream start time: Stream start time can not be before the stream create time.',
    })
  })

  test.each([
    [127, 127, undefined],
    [129, 128, 'stream_replay_volume_exceeded'],
    [300, 128, 'stream_replay_volume_exceeded'],
  ])('%d past events', async (count, shown, error) => {
    const token = await db.source('Car.all().eventSource()')
    await run(`Set.sequence(0, ${count}).forEach(n => Car.create({ n: n }))`)
    const stream = await open(token)
    const events = (await stream.take(shown + 1)).slice(1)
    expect(short(events)).toEqual(Array.from({ length: shown }, (_, n) => `add ${n}`))
    if (error) expect((await stream.rest()).map((e) => e.error?.code)).toEqual([error])
  })

  test('live, no number of events is too many, nor of clients', async () => {
    const token = await db.source('Car.all().map(.n).eventSource()')
    const streams = await Promise.all(Array.from({ length: 5 }, () => open(token)))
    await Promise.all(streams.map((s) => s.next()))
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => run(`Set.sequence(0, 10).forEach(n => Car.create({ n: ${i} }))`)),
    )
    for (const stream of streams) {
      const events = await stream.take(400)
      expect(new Set(events.map((e) => e.cursor)).size).toBe(400)
      expect(events.map((e) => e.txn_ts)).toEqual(events.map((e) => e.txn_ts).sort())
    }
  })

  test('an error ends it', async () => {
    const stream = await open(await db.source('Car.all().map(c => abort(c.n)).eventSource()'))
    await stream.next()
    await run('Car.create({ n: 1 })')
    const events = await stream.rest()
    expect(events).toEqual([
      {
        type: 'error',
        error: { code: 'abort', message: 'Query aborted.', abort: { '@int': '1' } },
        stats: expect.anything(),
      },
    ])
  })

  describe('loses its rights', () => {
    const lost = async (stream: OpenStream, change: string) => {
      await stream.next()
      await run(change, 'Car.create({ n: 1 })')
      expect((await stream.rest()).map((e) => e.error)).toEqual([
        { code: 'permission_loss', message: 'Stream authentication is no longer valid.' },
      ])
    }

    test('when its key is deleted', async () => {
      const token = await db.source('Car.all().eventSource()')
      const reader = await db.as('server')
      await lost(await open(token, {}, reader), 'Key.where(.role == "server").forEach(.delete())')
    })

    test('when its role changes', async () => {
      await db.query('Role.create({ name: "r", privileges: [{ resource: "Car", actions: { read: true } }] })')
      const reader = await db.as('r')
      const token = await db.source('Car.all().eventSource()')
      await lost(
        await open(token, {}, reader),
        'Role.byName("r")!.update({ privileges: [{ resource: "Car", actions: { read: "_ => true" } }] })',
      )
    })

    test('but not when other roles change', async () => {
      await db.query('Role.create({ name: "r", privileges: [{ resource: "Car", actions: { read: true } }] })')
      const reader = await db.as('r')
      const stream = await open(await db.source('Car.all().eventSource()'), {}, reader)
      await stream.next()
      await run(
        'Role.create({ name: "other" })',
        'Collection.create({ name: "More" })',
        'Car.create({ n: 1 })',
      )
      expect(short(await stream.take(1))).toEqual(['add 1'])
    })
  })

  test('sees a schema that changes', async () => {
    const stream = await open(await db.source('Car.all().eventSource()'))
    await stream.next()
    await run('Collection.byName("Car")!.update({ computed_fields: { twice: { body: "c => c.n * 2" } } })')
    await run('Car.create({ n: 2 })')
    expect(short(await stream.take(1), 'twice')).toEqual(['add 4'])
  })

  test('the server ends streams when it stops', async () => {
    const own = await startOwnServer()
    const other = await Database.create(own)
    await other.query('Collection.create({ name: "Car" })')
    const stream = await other.stream(await other.source('Car.all().eventSource()'))
    await stream.next()
    await own.stop()
    expect(await stream.next().catch(() => undefined)).toBeUndefined()
  })

  test('a client that does not read loses nothing', async () => {
    const stream = await open(await db.source('Car.all().map(c => c.text + c.n.toString()).eventSource()'))
    await stream.next()
    for (let i = 0; i < 60; i++)
      await run(
        `Set.sequence(0, 10).forEach(n => Car.create({ n: ${i} * 10 + n, text: "${'x'.repeat(10_000)}" }))`,
      )
    const events = await stream.take(600)
    expect(events.map((e) => (e.data as string).replaceAll('x', ''))).toEqual(
      Array.from({ length: 600 }, (_, i) => `${i}`),
    )
  })
})
