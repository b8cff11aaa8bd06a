/** How much of the past is kept (spec/data.md §9), and forgetting the rest. */
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry, StorageEngine, Timestamp } from '#src/storage/engine.ts'
import { readU64 } from '#src/storage/keys/fixed.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { Collection } from './collection.ts'
import type { DatabaseSchema } from './database-schema.ts'
import { type DatabaseId, databaseKey, ROOT_DATABASE } from './keys.ts'
import { eachChunk } from './scan-all.ts'

/** Reads of the last quarter of an hour always work. */
export const HISTORY_SLACK_MICROS = 15 * 60 * 1_000_000
export const DAY_MICROS = 86_400 * 1_000_000

/**
 * The earliest time whose history is sure to be there; 0: all of it is kept. What was once out of reach stays so: the
 * collection's floor outlives a longer `history_days`.
 */
export function oldestKept({ historyDays, historyFloor }: Collection, now: Timestamp): Timestamp {
  const since = Math.max(historyDays === undefined ? 0 : now - historyDays * DAY_MICROS, historyFloor)
  return Math.max(0, since - HISTORY_SLACK_MICROS)
}

/** Forgets superseded versions and entries of all collections of a database. Answers how many. */
export async function pruneDatabase(
  storage: StorageEngine,
  schema: DatabaseSchema,
  now: Timestamp,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0
  for (const collection of [...schema.collections, ...schema.system.values()]) {
    const before = oldestKept(collection, now)
    if (before <= 0) continue
    const ranges = [collection.prefix, ...collection.indexes.map((i) => i.prefix)].map(prefixRange)
    for (const range of ranges) {
      if (signal.aborted) return removed
      removed += await storage.prune(range, before)
    }
  }
  return removed
}

/** The root and every database below it. */
export function allDatabases(transaction: Transaction): Eventual<DatabaseId[]> {
  const prefix = databaseKey(ROOT_DATABASE).slice(0, 1)
  const found: DatabaseId[] = [ROOT_DATABASE]
  const take = (entries: readonly Entry[]): void => {
    for (const { key } of entries) found.push(readU64(key, 1))
  }
  return andThen(eachChunk(transaction, prefixRange(prefix), take), () => found)
}
