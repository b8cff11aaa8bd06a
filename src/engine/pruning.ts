import { allDatabases, pruneDatabase } from '#src/data/history.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { pruneChangeLogs } from '#src/stream/prune.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Schemas } from './schemas.ts'

const INTERVAL_MS = 10 * 60_000

/**
 * Forgets from time to time what nobody can read any more: versions beyond the history of their collection, and change
 * logs. Answers what stops it; a store that is closed meanwhile does no harm.
 */
export function startPruning(storage: StorageEngine, schemas: Schemas): () => Promise<void> {
  const stopped = new AbortController()
  let running = Promise.resolve()
  const prune = async (): Promise<void> => {
    try {
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
