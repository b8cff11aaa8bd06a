/** Wakes those who follow a collection when it has changed. */
import type { Key, Snapshot, StorageEngine, Timestamp } from '#src/storage/engine.ts'
import { u64 } from '#src/storage/keys/fixed.ts'
import { prefixEnd } from '#src/storage/keys/range.ts'

type Wake = () => void

interface Followed {
  readonly wakes: Set<Wake>
  /** Changes up to here have been told. */
  seen: Timestamp
}

/** Looks at the logs take at most this part of the time, and never follow each other more closely (milliseconds). */
const MAX_LOAD = 0.2
const MIN_PAUSE_MS = 1

/**
 * One look at the log of each followed collection after a commit, however many streams follow it; commits in quick
 * succession share one.
 */
export class ChangeHub {
  private readonly storage: StorageEngine
  private readonly followed = new Map<Key, Followed>()
  private stopListening: (() => void) | undefined
  private timer: NodeJS.Timeout | undefined
  private looking = false
  private again = false
  private notBefore = 0

  constructor(storage: StorageEngine) {
    this.storage = storage
  }

  /** Calls `wake` after commits that changed the collection of this log, maybe also for no reason, until stopped. */
  follow(log: Key, wake: Wake): () => void {
    const followed = this.followed.get(log) ?? { wakes: new Set<Wake>(), seen: 0 }
    this.followed.set(log, followed)
    followed.wakes.add(wake)
    this.stopListening ??= this.storage.onCommit(() => this.schedule())
    return () => this.unfollow(log, followed, wake)
  }

  private unfollow(log: Key, followed: Followed, wake: Wake): void {
    followed.wakes.delete(wake)
    if (followed.wakes.size === 0) this.followed.delete(log)
    if (this.followed.size === 0) this.close()
  }

  close(): void {
    this.stopListening?.()
    this.stopListening = undefined
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private schedule(): void {
    if (this.looking) this.again = true
    else this.timer ??= setTimeout(() => void this.look(), Math.max(0, this.notBefore - performance.now()))
  }

  private async look(): Promise<void> {
    this.timer = undefined
    this.looking = true
    this.again = false
    const start = performance.now()
    await this.lookAtAll().catch(() => this.wakeAll())
    const end = performance.now()
    this.looking = false
    this.notBefore = end + Math.max(MIN_PAUSE_MS, (end - start) / MAX_LOAD)
    if (this.again && this.stopListening) this.schedule()
  }

  private async lookAtAll(): Promise<void> {
    const snapshot = await this.storage.begin()
    try {
      for (const [log, followed] of [...this.followed]) await lookAt(snapshot, log, followed)
    } finally {
      snapshot.release()
    }
  }

  /** The store cannot be read: let them find out. */
  private wakeAll(): void {
    for (const { wakes } of this.followed.values()) for (const wake of wakes) wake()
  }
}

async function lookAt(snapshot: Snapshot, log: Key, followed: Followed): Promise<void> {
  const chunk = snapshot.scan({ start: log + u64(followed.seen + 1), end: prefixEnd(log) }, { limit: 1 })
  const { entries } = chunk instanceof Promise ? await chunk : chunk
  followed.seen = snapshot.ts
  if (entries.length > 0) for (const wake of [...followed.wakes]) wake()
}
