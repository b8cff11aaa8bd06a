/** An engine that keeps everything in memory, for tests and throw-away databases. */
import { setImmediate } from 'node:timers/promises'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { OrderedMap } from '#src/lib/ordered-map.ts'
import {
  type Chunk,
  type CommitOutcome,
  type CommitRequest,
  type Entry,
  type Key,
  type KeyRange,
  type ScanOptions,
  type Snapshot,
  SnapshotReleased,
  type StorageEngine,
  type Timestamp,
} from '../engine.ts'
import { successor } from '../keys/range.ts'
import { type Clock, wallClock } from '../mvcc/clock.ts'
import { CommitListeners } from '../mvcc/listeners.ts'
import { type ResolvedWrites, Sequencer } from '../mvcc/sequencer.ts'
import { entryAt, pruned, type Version } from './versions.ts'

const MAX_CHUNK = 1000
const PRUNE_STEP = 1000

/** What a memory engine holds; outlives it, as files outlive a process. */
export class MemoryData {
  readonly versions = new OrderedMap<Version>()
  last: Timestamp = 0
}

export interface MemoryOptions {
  readonly data?: MemoryData
  readonly clock?: Clock
}

export class MemoryEngine implements StorageEngine {
  readonly name = 'memory'
  readonly #data: MemoryData
  readonly #sequencer: Sequencer
  readonly #listeners = new CommitListeners()

  constructor(options: MemoryOptions = {}) {
    this.#data = options.data ?? new MemoryData()
    this.#sequencer = new Sequencer(options.clock ?? wallClock(), this.#data.last)
  }

  begin(notBefore?: Timestamp): Eventual<Snapshot> {
    return andThen(
      this.#sequencer.open(notBefore),
      (ts) => new MemorySnapshot(this.#data, this.#sequencer, ts),
    )
  }

  async commit(request: CommitRequest): Promise<CommitOutcome> {
    const snapshot = request.snapshot as MemorySnapshot
    snapshot.assertLive()
    if (request.writes.length === 0) return { committed: true, ts: snapshot.ts }
    const admitted = this.#sequencer.admit(request)
    if (!('writes' in admitted)) return { committed: false, key: admitted.key }
    this.#apply(admitted.writes, admitted.ts)
    this.#sequencer.settle()
    this.#listeners.tell(admitted.ts)
    return { committed: true, ts: admitted.ts }
  }

  #apply(writes: ResolvedWrites, ts: Timestamp): void {
    const { versions } = this.#data
    for (const [key, value] of writes) versions.set(key, { ts, value, older: versions.get(key) })
    this.#data.last = ts
  }

  async prune(range: KeyRange, before: Timestamp): Promise<number> {
    let removed = 0
    for (let start: Key | undefined = range.start; start !== undefined; await setImmediate()) {
      const step = this.#pruneStep({ start, end: range.end }, before)
      removed += step.removed
      start = step.next
    }
    return removed
  }

  #pruneStep(range: KeyRange, before: Timestamp): { removed: number; next: Key | undefined } {
    const { versions } = this.#data
    const horizon = Math.min(before, this.#sequencer.horizon)
    const keys: Key[] = []
    versions.visit(range.start, range.end, false, (key) => keys.push(key) < PRUNE_STEP)
    let removed = 0
    for (const key of keys) {
      const left = pruned(versions.get(key) as Version, horizon)
      removed += left.removed
      if (!left.newest) versions.delete(key)
    }
    return { removed, next: keys.length < PRUNE_STEP ? undefined : successor(keys.at(-1) as Key) }
  }

  onCommit(listener: (ts: Timestamp) => void): () => void {
    return this.#listeners.add(listener)
  }

  async close(): Promise<void> {
    this.#data.last = this.#sequencer.last
  }
}

class MemorySnapshot implements Snapshot {
  readonly ts: Timestamp
  readonly #versions: OrderedMap<Version>
  readonly #sequencer: Sequencer
  #released = false

  constructor(data: MemoryData, sequencer: Sequencer, ts: Timestamp) {
    this.ts = ts
    this.#versions = data.versions
    this.#sequencer = sequencer
  }

  assertLive(): void {
    if (this.#released) throw new SnapshotReleased()
  }

  get(key: Key, at: Timestamp = this.ts): Entry | undefined {
    this.assertLive()
    return entryAt(key, this.#versions.get(key), Math.min(at, this.ts))
  }

  scan(range: KeyRange, { reverse = false, limit, at = this.ts }: ScanOptions): Chunk {
    this.assertLive()
    const ts = Math.min(at, this.ts)
    const max = Math.min(limit, MAX_CHUNK)
    const entries: Entry[] = []
    let done = true
    this.#versions.visit(range.start, range.end, reverse, (key, newest) => {
      const entry = entryAt(key, newest, ts)
      if (!entry) return true
      done = entries.length < max
      if (done) entries.push(entry)
      return done
    })
    return { entries, done }
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#sequencer.close(this.ts)
  }
}
