import { Fifo } from '#src/lib/fifo.ts'
import type { Key, KeyRange, Timestamp } from '../engine.ts'
import { RangeSet } from './range-set.ts'

interface LoggedCommit {
  readonly ts: Timestamp
  readonly keys: readonly Key[]
}

interface ReadSet {
  readonly readKeys: Iterable<Key>
  readonly readRanges: Iterable<KeyRange>
}

export interface Conflict {
  /** Unknown when the log no longer reaches back to the snapshot. */
  readonly key: Key | undefined
  readonly ts: Timestamp
}

/**
 * The keys that recent commits have written, to find out whether a transaction's reads still hold. It reaches back to
 * the oldest live snapshot, but holds at most `maxKeys`: a transaction that lives too long beside too many writes is
 * refused rather than served from unbounded memory.
 */
export class CommitLog {
  readonly #commits = new Fifo<LoggedCommit>()
  readonly #maxKeys: number
  #keyCount = 0
  #lastTs: Timestamp = 0
  #forgottenTs: Timestamp = 0

  constructor(maxKeys = 2_000_000) {
    this.#maxKeys = maxKeys
  }

  append(ts: Timestamp, keys: readonly Key[]): void {
    this.#commits.push({ ts, keys })
    this.#keyCount += keys.length
    this.#lastTs = ts
    while (this.#keyCount > this.#maxKeys && this.#commits.length > 1) this.#forgottenTs = this.#shift()
  }

  /** Drops what no snapshot at or after `ts` can conflict with. */
  trim(ts: Timestamp): void {
    for (let first = this.#commits.at(0); first && first.ts <= ts; first = this.#commits.at(0)) this.#shift()
  }

  #shift(): Timestamp {
    const commit = this.#commits.shift() as LoggedCommit
    this.#keyCount -= commit.keys.length
    return commit.ts
  }

  /** The first write after `since` of something that was read. */
  conflict(since: Timestamp, reads: ReadSet): Conflict | undefined {
    if (this.#lastTs <= since) return undefined
    const keys = reads.readKeys instanceof Set ? (reads.readKeys as Set<Key>) : new Set(reads.readKeys)
    const ranges = new RangeSet(reads.readRanges)
    if (keys.size === 0 && ranges.isEmpty) return undefined
    if (since < this.#forgottenTs) return { key: undefined, ts: this.#forgottenTs }
    for (let i = this.#firstAfter(since); i < this.#commits.length; i++) {
      const commit = this.#commits.at(i) as LoggedCommit
      for (const key of commit.keys) if (keys.has(key) || ranges.has(key)) return { key, ts: commit.ts }
    }
  }

  #firstAfter(ts: Timestamp): number {
    let low = 0
    let high = this.#commits.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#commits.at(middle) as LoggedCommit).ts <= ts) low = middle + 1
      else high = middle
    }
    return low
  }
}
