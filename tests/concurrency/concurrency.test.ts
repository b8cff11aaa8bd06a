/**
 * Many clients at once, on every store: what they see is as if their transactions had run one after the other, in an order
 * that agrees with real time. `VIVARIUM_LONG=1` runs for minutes; `VIVARIUM_SEED` repeats a run.
 */
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { QueryService } from '#src/engine/service.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { FaultyEngine } from '#src/storage/faulty/engine.ts'
import { seeded } from '#src/storage/faulty/seeded.ts'
import { MemoryData, MemoryEngine } from '#src/storage/memory/engine.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { auditStore } from '../simulation/audit.ts'
import { type Client, httpClient, mustQuery, openService, serviceClient } from './client.ts'
import { contradictions } from './commit-order.ts'
import { engines, type TestEngine } from './engines.ts'
import { type History, registersAsLists } from './history.ts'
import { anomalies } from './strict-serializability.ts'
import { listStores, loadLists, loadRegisters, pick, Recorder, registerSetUp } from './workload.ts'

const LONG = Boolean(process.env['VIVARIUM_LONG'])
const CLIENTS = 8
/** Of each client in a run. */
const TRANSACTIONS = LONG ? 60 : 15
const ROUNDS = LONG ? 10 : 1
const SEED = Number(process.env['VIVARIUM_SEED'] ?? (process.env['VIVARIUM_LONG'] ? Date.now() % 1e6 : 1))

const seeds = Array.from({ length: ROUNDS }, (_, i) => SEED + i)
const many = (client: Client): Client[] => Array.from({ length: CLIENTS }, () => client)

function expectSerializable(history: History): void {
  expect(anomalies(history)).toEqual([])
  if (history.every((t) => t.outcome !== 'unknown')) expect(contradictions(history)).toEqual([])
  expect(history.filter((t) => t.outcome === 'ok').length).toBeGreaterThan(history.length / 3)
}

describe.each(Object.keys(engines))('%s', (name) => {
  let engine: TestEngine
  let service: QueryService
  let client: Client

  beforeEach(() => {
    engine = engines[name]!(SEED)
    service = openService(engine.storage)
    client = serviceClient(service)
  })

  afterEach(async () => {
    expect(await auditStore(engine.storage)).toEqual([])
    await service.close()
    engine.cleanUp()
  })

  test.each(Object.entries(listStores).flatMap(([store, s]) => seeds.map((seed) => ({ store, s, seed }))))(
    'lists kept as $store (seed $seed)',
    async ({ s, seed }) => {
      await mustQuery(client, s.setUp)
      const load = {
        clients: many(client),
        transactions: TRANSACTIONS,
        random: seeded(seed),
        recorder: new Recorder(),
      }
      expectSerializable(await loadLists(load, s))
    },
  )

  test.each(seeds)('registers found by an index (seed %d)', async (seed) => {
    await mustQuery(client, registerSetUp)
    const load = {
      clients: many(client),
      transactions: TRANSACTIONS * 2,
      random: seeded(seed),
      recorder: new Recorder(),
    }
    const { history, lost } = registersAsLists(await loadRegisters(load))
    expect(lost).toEqual([])
    expectSerializable(history)
  })

  test('counters count what was acknowledged', async () => {
    await mustQuery(client, 'Collection.create({ name: "Counter" })')
    await mustQuery(client, 'Counter.create({ id: "1", n: 0 })')
    const seen: number[] = []
    let contended = 0
    let retried = 0
    const count = async () => {
      for (let i = 0; i < TRANSACTIONS * 2; i++) {
        const fql = 'let c = Counter.byId("1")!; c.update({ n: c.n + 1 }).n'
        const { status, data, text, retries } = await client.query(fql, { retries: i % 2 ? 0 : 7 })
        retried += retries
        if (status === 200) seen.push(data as number)
        else if (status === 409) contended++
        else throw new Error(text)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, count))
    expect(seen.length + contended).toBe(CLIENTS * TRANSACTIONS * 2)
    expect(seen.sort((a, b) => a - b)).toEqual(seen.map((_, i) => i + 1))
    expect(await mustQuery(client, 'Counter.byId("1")!.n')).toBe(seen.length)
    // A store that answers at once leaves others little time to get in between.
    if (name === 'late') expect(contended + retried).toBeGreaterThan(0)
  })

  test('a deleted token is refused from then on, and never before', async () => {
    await mustQuery(client, 'Collection.create({ name: "User" })')
    const wrong: string[] = []
    for (let round = 0; round < TRANSACTIONS; round++) {
      const create = 'let t = Token.create({ document: User.create({}) }); { id: t.id, secret: t.secret }'
      const token = (await mustQuery(client, create)) as { id: string; secret: string }
      const bearer = serviceClient(service, token.secret)
      let deleting = false
      let deleted = false
      const use = async () => {
        for (let late = false; !late; ) {
          late = deleted
          const { status } = await bearer.query('1 + 1')
          if (status !== 200 && !deleting) wrong.push(`${status} before`)
          if (status !== 401 && late) wrong.push(`${status} after`)
          await setImmediate()
        }
      }
      const users = Array.from({ length: CLIENTS }, use)
      for (let turns = round % 5; turns > 0; turns--) await setImmediate()
      deleting = true
      await mustQuery(client, `Token.byId("${token.id}")!.delete()`)
      deleted = true
      await Promise.all(users)
    }
    expect(wrong).toEqual([])
  })

  test('no phantoms: bookings never overlap', async () => {
    await mustQuery(
      client,
      `Collection.create({ name: "Booking", indexes: {
        byStart: { values: [{ field: ".start" }] },
        latest: { values: [{ field: ".start", order: "desc" }] }
      } })`,
    )
    const random = seeded(SEED)
    const free = [
      (s: number) => `Booking.byStart({ from: ${s - 4}, to: ${s + 4} }).isEmpty()`,
      (s: number) => `Booking.latest({ from: ${s + 4}, to: ${s - 4} }).count() == 0`,
      (s: number) => `Booking.where(b => b.start >= ${s - 4} && b.start <= ${s + 4}).first() == null`,
      (s: number) => `!Booking.all().map(.start).toArray().any(x => x >= ${s - 4} && x <= ${s + 4})`,
    ]
    const book = async () => {
      for (let i = 0; i < TRANSACTIONS * 2; i++) {
        const start = Math.floor(random() * CLIENTS * TRANSACTIONS * 4)
        const { status, text } = await client.query(
          `if (${pick(random, free)(start)}) Booking.create({ start: ${start} })`,
        )
        if (status !== 200 && status !== 409) throw new Error(text)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, book))
    const starts = (await mustQuery(client, 'Booking.byStart().map(.start).toArray()')) as number[]
    expect(starts.length).toBeGreaterThan(TRANSACTIONS)
    for (let i = 1; i < starts.length; i++)
      expect((starts[i] as number) - (starts[i - 1] as number)).toBeGreaterThan(4)
  })

  test('unique constraints hold, and fail only when they must', async () => {
    await mustQuery(
      client,
      `Collection.create({
        name: "Account",
        indexes: { bySlot: { terms: [{ field: ".slot" }] } },
        constraints: [{ unique: [{ field: ".name.last" }] }, { unique: [{ field: ".tags", mva: true }] }]
      })`,
    )
    const random = seeded(SEED)
    const done: { ts: number; slot: number; before: Tags; after: Tags; ok: boolean }[] = []
    const change = async () => {
      for (let i = 0; i < TRANSACTIONS * 2; i++) {
        const slot = Math.floor(random() * 8)
        const tags = [1, 2, 3, 4, 5, 6, 7, 8].filter(() => random() < 0.2)
        const after = random() < 0.3 ? null : { last: `n${Math.floor(random() * 6)}`, tags }
        const { status, data, code, ts, text } = await client.query(changeAccount(slot, after))
        if (status === 409) continue
        if (status !== 200 && code !== 'constraint_failure') throw new Error(text)
        done.push({ ts, slot, before: data as Tags, after, ok: status === 200 })
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, change))
    expect(done.filter((d) => d.ok).length).toBeGreaterThan(TRANSACTIONS)
    expect(done.filter((d) => !d.ok).length).toBeGreaterThan(0)
    // A failure was decided at its snapshot, which sees the commit of that microsecond.
    done.sort((a, b) => a.ts - b.ts || Number(b.ok) - Number(a.ok))
    const accounts = new Map<number, NonNullable<Tags>>()
    for (const { slot, before, after, ok } of done) {
      const others = [...accounts].filter(([s]) => s !== slot).map(([, a]) => a)
      const clash =
        after !== null &&
        others.some((o) => o.last === after.last || o.tags.some((tag) => after.tags.includes(tag)))
      expect(clash).toBe(!ok)
      if (!ok) continue
      expect(before).toEqual(accounts.get(slot) ?? null)
      if (after) accounts.set(slot, after)
      else accounts.delete(slot)
    }
  })
})

type Tags = { last: string; tags: number[] } | null

/** Answers what was there before. */
const changeAccount = (slot: number, after: Tags): string => `
  let a = Account.bySlot(${slot}).first()
  let before = if (a != null) { last: a!.name.last, tags: a!.tags }
  ${
    after
      ? `let fields = { slot: ${slot}, name: { last: "${after.last}" }, tags: [${after.tags}] }
         if (a == null) Account.create(fields) else a!.update(fields)`
      : 'if (a != null) a!.delete()'
  }
  before`

test.each(seeds)('a store that fails at times (seed %d)', async (seed) => {
  const data = new MemoryData()
  const healthy = openService(new MemoryEngine({ data }))
  const [store] = Object.values(listStores).slice(1)
  await mustQuery(serviceClient(healthy), store!.setUp)
  await healthy.close()
  const storage = new FaultyEngine(new MemoryEngine({ data }), { seed, failureRate: 0.005 })
  const client = serviceClient(openService(storage))
  const recorder = new Recorder()
  const load = { clients: many(client), transactions: TRANSACTIONS, random: seeded(seed), recorder }
  const history = await loadLists(load, store!)
  expect(history.some((t) => t.outcome === 'unknown')).toBe(true)
  expectSerializable(history)
  expect(await auditStore(new MemoryEngine({ data }))).toEqual([])
})

test('over HTTP', async () => {
  const server = await startOwnServer(engines['late']!(SEED).storage)
  const client = httpClient(server.url)
  const [store] = Object.values(listStores).slice(1)
  await mustQuery(client, store!.setUp)
  const load = {
    clients: many(client),
    transactions: TRANSACTIONS,
    random: seeded(SEED),
    recorder: new Recorder(),
  }
  const history = await loadLists(load, store!)
  await server.stop()
  expectSerializable(history)
})

/** Forgets that keys, or ranges, were read. */
const careless = (storage: StorageEngine, forgets: 'readKeys' | 'readRanges'): StorageEngine => ({
  name: 'careless',
  begin: (notBefore) => storage.begin(notBefore),
  commit: (request) => storage.commit({ ...request, [forgets]: [] }),
  prune: (range, before) => storage.prune(range, before),
  onCommit: (listener) => storage.onCommit(listener),
  close: () => storage.close(),
})

test.each([
  ['readKeys', 'an array in a document'],
  ['readRanges', 'entries of an index'],
] as const)('a store that does not check its %s is found out', async (forgets, kept) => {
  const client = serviceClient(openService(careless(engines['late']!(SEED).storage, forgets)))
  const store = listStores[kept]!
  await mustQuery(client, store.setUp)
  const load = { clients: many(client), transactions: 30, random: seeded(SEED), recorder: new Recorder() }
  const history = await loadLists(load, store)
  expect(anomalies(history)).not.toEqual([])
  expect(contradictions(history)).not.toEqual([])
})
