import { beforeEach, expect, test } from 'vitest'
import { changedIds, changesBetween, logFloor } from '#src/data/change-log.ts'
import { changesPrefix } from '#src/data/keys.ts'
import { i64 } from '#src/storage/keys/fixed.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import { pruneChangeLogs } from './prune.ts'

const MINUTE = 60_000_000
const DAY = 1440 * MINUTE

let now = 1_700_000_000_000_000
let storage: MemoryEngine
beforeEach(() => {
  storage = new MemoryEngine({ clock: () => now })
})

const record = (prefix: string, ...ids: bigint[]) =>
  runTransaction(storage, (t) => {
    for (const id of ids) t.putStamped(prefix, Buffer.from(i64(id), 'latin1'))
  })
const left = async (prefix: string) => {
  const { value } = await runTransaction(storage, (t) => t.scan(prefixRange(prefix), { limit: 5000 }))
  return value.entries.length
}

test('entries hold each id once, in both signs', async () => {
  const prefix = changesPrefix(5n, 1024)
  await record(prefix, 3n, -1n, 3n, 2n ** 62n)
  const { value } = await runTransaction(storage, (t) =>
    t.scan(changesBetween(prefix, 0, now + MINUTE), { limit: 2 }),
  )
  expect(value.entries.map((e) => changedIds(e.value))).toEqual([[3n, -1n, 2n ** 62n]])
})

test('removes what no history can be read for, collection by collection', async () => {
  const [token, gone] = [changesPrefix(0n, 7), changesPrefix(2n ** 63n, 4_000_000_000)]
  for (let i = 0; i < 1200; i++) await record(token, 1n)
  await record(gone, 1n)
  now += 14 * MINUTE
  await record(token, 2n)
  expect(await pruneChangeLogs(storage)).toBe(0)
  now += 2 * MINUTE
  expect(await pruneChangeLogs(storage)).toBe(1201)
  expect([await left(token), await left(gone)]).toEqual([1, 0])
  const floor = (await runTransaction(storage, (t) => logFloor(t, token))).value
  expect(floor).toBeLessThanOrEqual(now - 15 * MINUTE)
  expect(floor).toBeGreaterThan(now - 17 * MINUTE)
  now += DAY
  expect(await pruneChangeLogs(storage)).toBe(1)
  expect(await pruneChangeLogs(storage)).toBe(0)
})

test('stops when it is told to', async () => {
  await record(changesPrefix(0n, 7), 1n)
  now += DAY
  const stop = new AbortController()
  stop.abort()
  expect(await pruneChangeLogs(storage, stop.signal)).toBe(0)
})
