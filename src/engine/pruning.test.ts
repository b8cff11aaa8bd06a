import { expect, test } from 'vitest'
import { idOfKey } from '#src/data/keys.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { NO_AUDIT } from './audit.ts'
import { createEngine } from './engine.ts'
import { LoginRecords } from './login-records.ts'
import { pruneHistory, removeExpired } from './pruning.ts'
import { Schemas } from './schemas.ts'
import type { QueryRequest } from './service.ts'
import { createServices } from './services.ts'

const HOUR = 3_600_000_000

/** An engine over a store whose clock the test moves. */
function world() {
  let now = Date.now() * 1000
  const storage = new MemoryEngine({ clock: () => now })
  const service = createEngine({ storage, rootSecrets: ['secret'] })
  const request = (query: string): QueryRequest => ({
    authorization: 'Bearer secret',
    query,
    arguments: undefined,
    format: 'simple',
    typecheck: false,
    linearized: false,
    performanceHints: false,
    timeoutMs: 60_000,
    startedAt: performance.now(),
    maxContentionRetries: 4,
    lastTxnTs: 0,
    tags: undefined,
    trace: false,
    requestId: '0',
  })
  const run = async (query: string) => {
    const reply = await service.query(request(query))
    const body = JSON.parse(reply.body)
    return { data: body.data, error: body.error, ts: body.txn_ts as number }
  }
  return { storage, run, later: (micros: number) => (now += micros) }
}

const iso = (micros: number) => `Time.epoch(${micros}, "microseconds")`

test('superseded versions go when their history is over, and only they', async () => {
  const { storage, run, later } = world()
  await run('Collection.create({ name: "Short" }); Collection.create({ name: "Deep", history_days: 1 })')
  const { ts } = await run('Short.create({ id: 1, n: 1 }); Deep.create({ id: 1, n: 1 }).id')
  await run('Short("1")!.update({ n: 2 }); Deep("1")!.update({ n: 2 }).id')
  later(HOUR)
  await run('Short.create({ n: 3 }).id')
  expect(await pruneHistory(storage, new Schemas(), new AbortController().signal)).toBeGreaterThan(0)
  expect((await run('Short("1")!.n')).data).toBe(2)
  expect((await run(`at (${iso(ts)}) { Deep("1")!.n }`)).data).toBe(1)
  expect((await run(`at (${iso(ts)}) { Short("1")!.n }`)).error.message).toMatch(
    /less than minimum allowed timestamp/,
  )
})

test('a longer history does not bring back what was out of reach', async () => {
  const { run, later } = world()
  await run('Collection.create({ name: "Short" })')
  const { ts } = await run('Short.create({ id: 1, n: 1 }).id')
  later(HOUR)
  await run('Short.definition.update({ history_days: 30 }).name')
  expect((await run(`at (${iso(ts)}) { Short("1")!.n }`)).error.code).toBe('invalid_request')
})

test('expired documents go with their index entries, keys with what finds them', async () => {
  const { storage, run, later } = world()
  await run(`Collection.create({
    name: "C", indexes: { byA: { terms: [{ field: "a" }], values: [{ field: "ts" }] } },
    constraints: [{ unique: ["u"] }],
  })`)
  const soon = 'Time.now().add(1, "minute")'
  await run(`Set.sequence(0, 250).forEach(i => C.create({ id: i, a: 1, u: i, ttl: ${soon} }))`)
  await run(`Key.create({ role: "server", ttl: ${soon} }).id`)
  await run('C("1")!.update({ ttl: null }); C("2")!.update({ ttl: Time.now().add(2, "days") }).id')
  const parts = { storage, schemas: new Schemas(), services: services(storage) }
  const signal = new AbortController().signal
  expect(await removeExpired(parts, signal)).toBe(0)
  later(HOUR)
  await run('C.create({ id: 3, a: 2, ttl: null }).id')
  expect(await removeExpired(parts, signal)).toBe(248)
  expect(await removeExpired(parts, signal)).toBe(0)
  expect((await run('[C.all().count(), C.byA(1).count(), C.byA(2).count()]')).data).toEqual([3, 2, 1])
  const left = async (prefix: string) => {
    const snapshot = await storage.begin()
    const { entries } = await snapshot.scan(prefixRange(prefix), { limit: 1000 })
    snapshot.release()
    return entries.filter((e) => idOfKey(e.key) >= 0n && idOfKey(e.key) < 250n).length
  }
  // Documents 1, 2 and 3; each with an entry in the index, and 1 and 2 with one for the constraint.
  expect(await left('d')).toBe(3)
  expect(await left('i')).toBe(5)
  expect((await run('Key.all().count()')).data).toBe(0)
})

const services = (storage: MemoryEngine) =>
  createServices({
    jwksReach: 'public',
    records: new LoginRecords(storage, Date.now),
    audit: NO_AUDIT,
    passwordParams: undefined,
  })
