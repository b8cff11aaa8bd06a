import type { StorageEngine } from '#src/storage/engine.ts'
import { pruneChangeLogs } from '#src/stream/prune.ts'

const INTERVAL_MS = 10 * 60_000

/** Prunes the change logs from time to time. Answers what stops it; a store that is closed meanwhile does no harm. */
export function startPruning(storage: StorageEngine): () => Promise<void> {
  const stopped = new AbortController()
  let running = Promise.resolve()
  const prune = async (): Promise<void> => {
    await pruneChangeLogs(storage, stopped.signal).catch((error: unknown) => {
      if (!stopped.signal.aborted) process.emitWarning(error instanceof Error ? error : String(error))
    })
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
