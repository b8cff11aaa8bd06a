import { expect, it } from 'vitest'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Collection } from './collection.ts'
import { allDatabases, DAY_MICROS, HISTORY_SLACK_MICROS, oldestKept } from './history.ts'
import { databaseKey, NO_BYTES, ROOT_DATABASE } from './keys.ts'

const NOW = 100 * DAY_MICROS

it.each<[string, number | undefined, number, number]>([
  ['all of it', undefined, 0, 0],
  ['no days: a quarter of an hour', 0, 0, NOW - HISTORY_SLACK_MICROS],
  ['ten days', 10, 0, 90 * DAY_MICROS - HISTORY_SLACK_MICROS],
  ['more days than there are', 1000, 0, 0],
  ['all since it was out of reach', undefined, 50 * DAY_MICROS, 50 * DAY_MICROS - HISTORY_SLACK_MICROS],
  ['days that reach back beyond that', 60, 50 * DAY_MICROS, 50 * DAY_MICROS - HISTORY_SLACK_MICROS],
  ['days that do not', 10, 50 * DAY_MICROS, 90 * DAY_MICROS - HISTORY_SLACK_MICROS],
])('history that is kept: %s', (_name, historyDays, historyFloor, oldest) => {
  expect(oldestKept({ historyDays, historyFloor } as Collection, NOW)).toBe(oldest)
})

it('every database is found, however many there are', async () => {
  const storage = new MemoryEngine()
  const ids = Array.from({ length: 600 }, (_, i) => BigInt(i + 1) * 2n ** 54n)
  await runTransaction(storage, (tx) => {
    for (const id of ids) tx.put(databaseKey(id), NO_BYTES)
  })
  const { value } = await runTransaction(storage, allDatabases)
  expect(value).toEqual([ROOT_DATABASE, ...ids])
})
