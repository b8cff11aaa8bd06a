/** Forgets changes that are older than the history of their collection (spec/data.md §9, §13.4). */
import { changesBetween, collectionOfPrefix, prefixOfKey, setLogFloor } from '#src/data/change-log.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { DAY_MICROS, HISTORY_SLACK_MICROS } from '#src/data/history.ts'
import { ALL_CHANGES, documentKey, documentPrefix } from '#src/data/keys.ts'
import { numberField } from '#src/data/schema-model.ts'
import { FIRST_USER_COLLECTION, SYSTEM_IDS } from '#src/data/system/ids.ts'
import { DELETED } from '#src/fql/stdlib/schema-collections.ts'
import type { Key, KeyRange, StorageEngine, Timestamp } from '#src/storage/engine.ts'
import { prefixEnd } from '#src/storage/keys/range.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

/** Entries removed by one transaction. */
const BATCH = 500

/** Goes through the logs of all collections of all databases. Answers how many entries were removed. */
export async function pruneChangeLogs(storage: StorageEngine, signal?: AbortSignal): Promise<number> {
  let removed = 0
  for (let start: Key | undefined = ALL_CHANGES.start; start !== undefined && !signal?.aborted; ) {
    const log = await nextLog(storage, start)
    if (log?.before !== undefined) removed += await pruneLog(storage, log.prefix, log.before, signal)
    start = log && prefixEnd(log.prefix)
  }
  return removed
}

interface Log {
  readonly prefix: Key
  /** What is older goes; undefined: nothing does. */
  readonly before: Timestamp | undefined
}

/** The first log that has entries from `start` on. */
async function nextLog(storage: StorageEngine, start: Key): Promise<Log | undefined> {
  const { value } = await runTransaction(storage, async (tx) => {
    const { entries } = await tx.scan({ start, end: ALL_CHANGES.end }, { limit: 1 })
    const [oldest] = entries
    if (!oldest) return undefined
    const prefix = prefixOfKey(oldest.key)
    const latest = tx.snapshotTs - HISTORY_SLACK_MICROS
    const before = oldest.ts < latest ? await retentionStart(tx, prefix, latest) : undefined
    return { prefix, before: before !== undefined && oldest.ts < before ? before : undefined }
  })
  return value
}

/** Undefined: all is kept. What belongs to no collection is of no use. */
async function retentionStart(
  tx: Transaction,
  prefix: Key,
  latest: Timestamp,
): Promise<Timestamp | undefined> {
  const { database, collection } = collectionOfPrefix(prefix)
  if (collection < FIRST_USER_COLLECTION) return latest
  const key = documentKey(documentPrefix(database, SYSTEM_IDS.Collection), BigInt(collection))
  const entry = await tx.get(key)
  if (!entry) return latest
  const days = numberField(DocumentVersion.decode(entry, () => DELETED).fields, 'history_days')
  return days === undefined ? undefined : Math.max(0, latest - days * DAY_MICROS)
}

async function pruneLog(
  storage: StorageEngine,
  prefix: Key,
  before: Timestamp,
  signal: AbortSignal | undefined,
): Promise<number> {
  const range = changesBetween(prefix, 0, before - 1)
  let removed = 0
  for (let done = false; !done && !signal?.aborted; ) {
    const batch = await removeSome(storage, prefix, range, before)
    removed += batch.count
    done = batch.done
  }
  const snapshot = await storage.begin()
  snapshot.release()
  await storage.prune(range, snapshot.ts)
  return removed
}

async function removeSome(
  storage: StorageEngine,
  prefix: Key,
  range: KeyRange,
  before: Timestamp,
): Promise<{ count: number; done: boolean }> {
  const { value } = await runTransaction(storage, async (tx) => {
    const { entries, done } = await tx.scan(range, { limit: BATCH, at: tx.snapshotTs })
    for (const { key } of entries) tx.delete(key)
    if (entries.length > 0) setLogFloor(tx, prefix, before)
    return { count: entries.length, done }
  })
  return value
}
