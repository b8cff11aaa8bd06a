import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { maxTransactionBytes } from '#src/lib/limits.ts'
import type {
  Chunk,
  CommitOutcome,
  Entry,
  Key,
  KeyRange,
  Snapshot,
  StorageEngine,
  Timestamp,
} from '#src/storage/engine.ts'
import { covered, overlay, remaining } from './merge.ts'
import { ReadSet } from './read-set.ts'
import { pendingEntry, WriteBuffer } from './write-buffer.ts'

export interface TransactionOptions {
  /** The most that the transaction may write, in bytes of keys and values; 16 MiB unless told. */
  readonly maxWriteBytes?: number
}

export interface ReadOptions {
  /** From the end of the range to its start. */
  readonly reverse?: boolean
  /** At most so many entries, ≥ 1. */
  readonly limit: number
  /** Read the committed past as of this time, own writes left out; such reads can not conflict. */
  readonly at?: Timestamp | undefined
}

/** What a transaction has done so far. */
export interface TransactionStats {
  /** Gets, and entries that scans have answered. */
  readOps: number
  readBytes: number
  writeOps: number
  /** Keys and values to be written. */
  writeBytes: number
}

/**
 * One optimistic transaction: reads a snapshot of the store, sees its own writes, keeps them until `commit`, and
 * commits only if what it read has not changed. Reads answer at once when the store does.
 */
export class Transaction {
  readonly #engine: StorageEngine
  readonly #snapshot: Snapshot
  readonly #reads = new ReadSet()
  readonly #writes: WriteBuffer
  readonly stats: TransactionStats = { readOps: 0, readBytes: 0, writeOps: 0, writeBytes: 0 }

  constructor(engine: StorageEngine, snapshot: Snapshot, options: TransactionOptions = {}) {
    this.#engine = engine
    this.#snapshot = snapshot
    this.#writes = new WriteBuffer(options.maxWriteBytes ?? maxTransactionBytes)
  }

  static begin(
    engine: StorageEngine,
    options: TransactionOptions & { readonly notBefore?: Timestamp | undefined } = {},
  ): Eventual<Transaction> {
    return andThen(engine.begin(options.notBefore), (snapshot) => new Transaction(engine, snapshot, options))
  }

  /** The present of the transaction: it sees every commit up to this time. */
  get snapshotTs(): Timestamp {
    return this.#snapshot.ts
  }

  get hasWrites(): boolean {
    return this.#writes.count > 0
  }

  /**
   * The live entry, or undefined. An own write has `ts` = `PENDING_TS`. With `at`: as it was committed then, at the
   * latest at the snapshot.
   */
  get(key: Key, at?: Timestamp): Eventual<Entry | undefined> {
    this.stats.readOps++
    if (at !== undefined) return this.#counted(this.#snapshot.get(key, at))
    const own = this.#writes.hasKeys ? this.#writes.get(key) : undefined
    if (own) return pendingEntry(own)
    this.#reads.addKey(key)
    return this.#counted(this.#snapshot.get(key))
  }

  #counted(found: Eventual<Entry | undefined>): Eventual<Entry | undefined> {
    if (found instanceof Promise) return found.then((entry) => this.#counted(entry))
    if (found) this.stats.readBytes += found.key.length + found.value.length
    return found
  }

  /**
   * The next entries of the range, in order; at least one unless there is none, and `done` then. Go on with
   * `rest(range, lastKey, reverse)`. Own `putStamped` writes do not appear: their keys are not known yet.
   */
  scan(range: KeyRange, options: ReadOptions): Eventual<Chunk> {
    const reverse = options.reverse ?? false
    if (options.at !== undefined) {
      return this.#countedChunk(this.#snapshot.scan(range, { reverse, limit: options.limit, at: options.at }))
    }
    return andThen(this.#scanPresent(range, reverse, options.limit), (chunk) => {
      this.#reads.addRange(covered(range, chunk, reverse))
      return this.#countedChunk(chunk)
    })
  }

  #scanPresent(range: KeyRange, reverse: boolean, limit: number): Eventual<Chunk> {
    for (let left = range; ; ) {
      const stored = this.#snapshot.scan(left, { reverse, limit })
      if (stored instanceof Promise) return stored.then((s) => this.#laidOver(left, s, reverse, limit))
      const chunk = this.#overlay(left, stored, reverse, limit)
      if (chunk.done || chunk.entries.length > 0) return chunk
      left = remaining(left, stored, reverse)
    }
  }

  /** The same, with a store that answers late. */
  #laidOver(range: KeyRange, stored: Chunk, reverse: boolean, limit: number): Eventual<Chunk> {
    const chunk = this.#overlay(range, stored, reverse, limit)
    if (chunk.done || chunk.entries.length > 0) return chunk
    return this.#scanPresent(remaining(range, stored, reverse), reverse, limit)
  }

  #overlay(range: KeyRange, stored: Chunk, reverse: boolean, limit: number): Chunk {
    return this.#writes.hasKeys ? overlay(range, stored, this.#writes, reverse, limit) : stored
  }

  #countedChunk(found: Eventual<Chunk>): Eventual<Chunk> {
    if (found instanceof Promise) return found.then((chunk) => this.#countedChunk(chunk))
    this.stats.readOps += found.entries.length
    for (const entry of found.entries) this.stats.readBytes += entry.key.length + entry.value.length
    return found
  }

  /** Throws `TransactionTooLarge` when the transaction would write too much; so do `delete` and `putStamped`. */
  put(key: Key, value: Uint8Array): void {
    this.#writes.set(key, value)
    this.#countWrite()
  }

  delete(key: Key): void {
    this.#writes.set(key, undefined)
    this.#countWrite()
  }

  /**
   * Writes the key `prefix` + commit timestamp (8 bytes, `u64`); values under the same prefix are joined in order. Reads of
   * this transaction do not see it.
   */
  putStamped(prefix: Key, value: Uint8Array): void {
    this.#writes.addStamped(prefix, value)
    this.#countWrite()
  }

  /** Writes a key that depends on the commit timestamp; reads of this transaction find it under `key`. */
  putDated(key: Key, value: Uint8Array, keyAt: (ts: Timestamp) => Key): void {
    this.#writes.setDated(key, value, keyAt)
    this.#countWrite()
  }

  #countWrite(): void {
    this.stats.writeOps++
    this.stats.writeBytes = this.#writes.bytes
  }

  /** Commits, without retry; a transaction without writes always succeeds. Call `release` in any case. */
  commit(): Promise<CommitOutcome> {
    return this.#engine.commit({
      snapshot: this.#snapshot,
      readKeys: this.#reads.keys,
      readRanges: this.#reads.ranges,
      writes: this.#writes.toWrites(),
    })
  }

  /** Ends the transaction; idempotent. */
  release(): void {
    this.#snapshot.release()
  }
}
