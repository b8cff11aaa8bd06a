/**
 * The store that Vivarium runs on: a multi-version, ordered, transactional key-value map.
 * Small enough to read at a glance; `contract.ts` holds every engine to each promise written here.
 * An ordered table behind a network can keep them too.
 */
import type { Eventual } from '#src/lib/eventual.ts'

/** Microseconds since 1970. A commit's timestamp is unique and greater than that of every earlier commit. */
export type Timestamp = number

/**
 * A key: a string of characters U+0000–U+00FF, one per byte ("binary string"). JavaScript's `<` on such strings is
 * byte order, they are Map keys as they are, and they convert to bytes with `Buffer.from(key, 'latin1')`.
 * Not empty, less than U+00FF U+00FF (so that every range has an end), and at most 1 MiB long; a commit that writes
 * another key throws `InvalidKey`.
 */
export type Key = string

/** Keys k with `start <= k < end`. */
export interface KeyRange {
  readonly start: Key
  readonly end: Key
}

/** One version of one key. */
export interface Entry {
  readonly key: Key
  /** Belongs to the store: do not change the bytes. */
  readonly value: Uint8Array
  /** When this version was committed. */
  readonly ts: Timestamp
}

export interface ScanOptions {
  /** From the end of the range to its start. */
  readonly reverse?: boolean
  /** At most so many entries, ≥ 1. The engine may answer fewer in a chunk, but at least one when there is one. */
  readonly limit: number
  /** Read as of this time instead of the snapshot's; never later than it. */
  readonly at?: Timestamp
}

/** A chunk of a scan, in order. `done`: nothing follows it in the range. */
export interface Chunk {
  readonly entries: readonly Entry[]
  readonly done: boolean
}

/** A consistent view of all commits with `ts <= snapshot.ts`, and of none after. Must be released. */
export interface Snapshot {
  /** Wall-clock time, but not before any acknowledged commit; every commit not visible here gets a later timestamp. */
  readonly ts: Timestamp
  /** The live version at the snapshot (or as of `at`); undefined when there is none or it was deleted. */
  get(key: Key, at?: Timestamp): Eventual<Entry | undefined>
  scan(range: KeyRange, options: ScanOptions): Eventual<Chunk>
  /** Idempotent. Reading from, or committing with, a released snapshot throws `SnapshotReleased`. */
  release(): void
}

export type Write =
  /** `value: undefined` deletes. Last write of a key wins. The bytes belong to the store from now on. */
  | { readonly key: Key; readonly value: Uint8Array | undefined }
  /** The key is `prefix` followed by the commit timestamp as 8 big-endian bytes. */
  | { readonly stampedPrefix: Key; readonly value: Uint8Array }
  /** The key depends on the commit timestamp. `keyAt` is called once. */
  | { readonly keyAt: (ts: Timestamp) => Key; readonly value: Uint8Array }

export interface CommitRequest {
  readonly snapshot: Snapshot
  /** Keys read (also those found missing). */
  readonly readKeys: Iterable<Key>
  /** Ranges read (also those found empty). */
  readonly readRanges: Iterable<KeyRange>
  readonly writes: readonly Write[]
}

export type CommitOutcome =
  | { readonly committed: true; readonly ts: Timestamp }
  /**
   * Something that was read has been written since the snapshot; nothing was written. `key` is one such key, if known.
   * Answered only when a new snapshot sees the other commit, so that it is worth trying again at once.
   */
  | { readonly committed: false; readonly key: Key | undefined }

export interface StorageEngine {
  readonly name: string
  /**
   * A snapshot that sees every commit acknowledged before the call. With `notBefore`, its `ts` is at least that; a
   * `notBefore` more than a minute ahead of the server's clock and commits is refused with `FutureTimestamp`.
   */
  begin(notBefore?: Timestamp): Eventual<Snapshot>
  /**
   * All or nothing. Resolves only when the commit is on disk. Strictly serializable: it succeeds only if no key and no
   * range that was read has been written by a commit after the snapshot. Without writes it does nothing, succeeds, and
   * answers the snapshot's `ts`, where all that was read was true at once. Rejects if the disk fails: then the commit
   * may or may not have happened.
   */
  commit(request: CommitRequest): Promise<CommitOutcome>
  /**
   * Forgets versions in the range that were superseded (or are deletions) at or before `before`; reads `at` an earlier
   * time are then undefined. What a live snapshot still sees stays. Answers how many were removed. Works in small steps,
   * beside other work.
   */
  prune(range: KeyRange, before: Timestamp): Promise<number>
  /**
   * Calls `listener` after each commit becomes visible to new snapshots, in commit order. Answers the function that
   * stops it.
   */
  onCommit(listener: (ts: Timestamp) => void): () => void
  /** Waits for commits under way. Snapshots still open become unusable. */
  close(): Promise<void>
}

export class InvalidKey extends Error {
  override readonly name = 'InvalidKey'
  constructor(reason: string) {
    super(`A key ${reason}.`)
  }
}

export class SnapshotReleased extends Error {
  override readonly name = 'SnapshotReleased'
  constructor() {
    super('The snapshot has been released.')
  }
}

/** Nothing can have been committed at that time yet: it would push the timestamps of all later commits ahead. */
export class FutureTimestamp extends Error {
  override readonly name = 'FutureTimestamp'
  readonly ts: Timestamp
  constructor(ts: Timestamp) {
    super(`Timestamp ${ts} is too far in the future.`)
    this.ts = ts
  }
}
