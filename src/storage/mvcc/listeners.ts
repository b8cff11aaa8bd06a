import type { Timestamp } from '../engine.ts'

type Listener = (ts: Timestamp) => void

/** Those who want to hear of commits. One that throws is reported and does not hinder the others. */
export class CommitListeners {
  readonly #listeners = new Set<Listener>()

  add(listener: Listener): () => void {
    const own: Listener = (ts) => listener(ts)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  tell(ts: Timestamp): void {
    for (const listener of this.#listeners) {
      try {
        listener(ts)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
