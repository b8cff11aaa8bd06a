import { expect, test } from 'vitest'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { createEngine } from './engine.ts'
import { pruneHistory } from './pruning.ts'
import { Schemas } from './schemas.ts'
import type { QueryRequest } from './service.ts'

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
