/** The embedded engine: LMDB, a memory-mapped B+tree in one file. Reads answer at once; commits are grouped. */
import { andThen, type Eventual } from '#src/lib/eventual.ts'
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
import { type Clock, wallClock } from '../mvcc/clock.ts'
import { CommitListeners } from '../mvcc/listeners.ts'
import { type Admitted, Sequencer } from '../mvcc/sequencer.ts'
import { GroupWriter } from './group-writer.ts'
import { Reader } from './reader.ts'
import { Tables, type TablesOptions } from './tables.ts'

export interface LmdbOptions extends TablesOptions {
  readonly clock?: Clock
}

export class LmdbEngine implements StorageEngine {
  readonly name = 'lmdb'
  readonly #tables: Tables
  readonly #reader: Reader
  readonly #writer: GroupWriter
  readonly #sequencer: Sequencer
  readonly #listeners = new CommitListeners()

  /** `path`: a directory, made if missing. Throws `StoreInUse` if another process, or this one, has it open. */
  constructor(path: string, options: LmdbOptions = {}) {
    this.#tables = new Tables(path, options)
    this.#reader = new Reader(this.#tables)
    this.#writer = new GroupWriter(this.#tables, this.#reader)
    this.#sequencer = new Sequencer(options.clock ?? wallClock(), this.#tables.getNumber('last') ?? 0)
  }

  begin(notBefore?: Timestamp): Eventual<Snapshot> {
    return andThen(
      this.#sequencer.open(notBefore),
      (ts) => new LmdbSnapshot(this.#reader, this.#sequencer, ts),
    )
  }

  async commit(request: CommitRequest): Promise<CommitOutcome> {
    const snapshot = request.snapshot as LmdbSnapshot
    snapshot.assertLive()
    if (request.writes.length === 0) return { committed: true, ts: snapshot.ts }
    const admitted = this.#sequencer.admit(request)
    if ('writes' in admitted) return this.#write(admitted)
    await this.#sequencer.whenSettled(admitted.ts)
    return { committed: false, key: admitted.key }
  }

  #write(admitted: Admitted): Promise<CommitOutcome> {
    return new Promise((resolve, reject) => {
      this.#writer.commit(admitted, (error) => {
        this.#sequencer.settle()
        if (error !== undefined) return reject(error)
        resolve({ committed: true, ts: admitted.ts })
        this.#listeners.tell(admitted.ts)
      })
    })
  }

  async prune(range: KeyRange, before: Timestamp): Promise<number> {
    let removed = 0
    for (let start: Key | undefined = range.start; start !== undefined; ) {
      const horizon = () => Math.min(before, this.#sequencer.horizon)
      const step = await this.#writer.prune({ start, end: range.end }, horizon)
      removed += step.removed
      start = step.next
    }
    return removed
  }

  onCommit(listener: (ts: Timestamp) => void): () => void {
    return this.#listeners.add(listener)
  }

  async close(): Promise<void> {
    await this.#writer.idle()
    await this.#tables.write([this.#tables.setNumber('last', this.#sequencer.last)])
    await this.#tables.close()
  }
}

class LmdbSnapshot implements Snapshot {
  readonly ts: Timestamp
  readonly #reader: Reader
  readonly #sequencer: Sequencer
  #released = false

  constructor(reader: Reader, sequencer: Sequencer, ts: Timestamp) {
    this.ts = ts
    this.#reader = reader
    this.#sequencer = sequencer
  }

  assertLive(): void {
    if (this.#released) throw new SnapshotReleased()
  }

  get(key: Key, at: Timestamp = this.ts): Entry | undefined {
    this.assertLive()
    return this.#reader.get(key, Math.min(at, this.ts))
  }

  scan(range: KeyRange, { reverse = false, limit, at = this.ts }: ScanOptions): Chunk {
    this.assertLive()
    return this.#reader.scan(range, reverse, limit, Math.min(at, this.ts))
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#sequencer.close(this.ts)
  }
}
