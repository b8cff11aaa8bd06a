import { NO_RIGHTS } from '#src/access/roles/built-in.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import { removeExpiredDocument } from '#src/data/expiry.ts'
import { allDatabases, pruneDatabase } from '#src/data/history.ts'
import { documentOfExpiry, expiredBy } from '#src/data/keys.ts'
import { Context } from '#src/fql/eval/context.ts'
import { orElse } from '#src/lib/eventual.ts'
import type { Key, StorageEngine, Timestamp } from '#src/storage/engine.ts'
import { successor } from '#src/storage/keys/range.ts'
import { pruneChangeLogs } from '#src/stream/prune.ts'
import { TransactionTooLarge } from '#src/transaction/errors.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { AuthParts } from './authenticate.ts'
import { isAlive } from './databases.ts'
import type { Schemas } from './schemas.ts'

export interface PruningParts extends Pick<AuthParts, 'schemas' | 'services'> {
  readonly storage: StorageEngine
}

const INTERVAL_MS = 10 * 60_000

/**
 * Forgets from time to time what nobody can read any more: expired documents, versions beyond the history of their
 * collection, and change logs. Answers what stops it; a store that is closed meanwhile does no harm.
 */
export function startPruning(parts: PruningParts): () => Promise<void> {
  const { storage, schemas } = parts
  const stopped = new AbortController()
  let running = Promise.resolve()
  const prune = async (): Promise<void> => {
    try {
      await removeExpired(parts, stopped.signal)
      await pruneChangeLogs(storage, stopped.signal)
      await pruneHistory(storage, schemas, stopped.signal)
    } catch (error) {
      if (!stopped.signal.aborted) process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
  const timer = setInterval(() => {
    running = running.then(prune)
  }, INTERVAL_MS).unref()
  return () => {
    stopped.abort()
    clearInterval(timer)
    return running
  }
}

/** Documents removed by one transaction. */
const EXPIRED_BATCH = 100

/** Removes documents whose time is over, of all databases. Answers how many entries of the calendar were settled. */
export async function removeExpired(parts: PruningParts, signal: AbortSignal): Promise<number> {
  let settled = 0
  for (let start: Key | undefined = 'e'; start !== undefined && !signal.aborted; ) {
    const from: Key = start
    const remove = (limit: number) =>
      runTransaction(parts.storage, (tx) => removeSome(parts, tx, from, limit))
    const { value } = await orElse(
      () => remove(EXPIRED_BATCH),
      (error) => {
        if (error instanceof TransactionTooLarge) return remove(1)
        throw error
      },
    )
    settled += value.count
    start = value.next
  }
  const snapshot = await parts.storage.begin()
  snapshot.release()
  await parts.storage.prune(expiredBy(seconds(snapshot.ts)), snapshot.ts)
  return settled
}

const seconds = (ts: Timestamp): bigint => BigInt(Math.floor(ts / 1_000_000))

async function removeSome(
  { schemas, services }: PruningParts,
  tx: Transaction,
  start: Key,
  limit: number,
): Promise<{ count: number; next: Key | undefined }> {
  const range = { start, end: expiredBy(seconds(tx.snapshotTs)).end }
  const { entries, done } = await tx.scan(range, { limit, at: tx.snapshotTs })
  for (const { key } of entries) {
    const { database, collection, id } = documentOfExpiry(key)
    tx.delete(key)
    if (!(await isAlive(tx, database))) continue
    const schema = await schemas.load(tx, database)
    const host = new DatabaseHost(schema, tx, services)
    const found = schema.collectionById(collection)
    if (found) await removeExpiredDocument(new Context(host, NO_RIGHTS), host, found, id)
  }
  const last = entries.at(-1)
  return { count: entries.length, next: done || !last ? undefined : successor(last.key) }
}

/** Goes through all databases. Answers how many versions and entries were removed. */
export async function pruneHistory(
  storage: StorageEngine,
  schemas: Schemas,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0
  const { value: databases } = await runTransaction(storage, allDatabases)
  for (const database of databases) {
    if (signal.aborted) return removed
    const { value: schema, ts } = await runTransaction(storage, (tx) => schemas.load(tx, database))
    removed += await pruneDatabase(storage, schema, ts, signal)
  }
  return removed
}
