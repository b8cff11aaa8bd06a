/**
 * The LMDB environment of a store and its tables:
 *
 * - `latest`: key → newest version (also if it is a deletion), so that reads of the present find it at once;
 * - `history`: key + inverted timestamp → superseded version, so that the versions of a key follow each other, newest
 *   first;
 * - both once more for the layers that long keys continue in (see `long-keys.ts`);
 * - `meta`: a few numbers.
 */
import { realpathSync } from 'node:fs'
import { type Database, open, type RootDatabase } from 'lmdb'
import type { Key } from '../engine.ts'
import { readSafeU64, u64 } from '../keys/fixed.ts'
import { HotChunks } from './hot-chunks.ts'
import { HotEntries } from './hot-entries.ts'
import { decodeRecord, type VersionRecord } from './record.ts'

/** A table of LMDB with our keys, binary strings. It answers records, and is given their bytes. */
export type Table = Database<VersionRecord, Key>

/** Newest and superseded versions of keys of one kind. */
export interface VersionTables {
  readonly latest: Table
  readonly history: Table
}

/** Raised whenever something is stored otherwise, above this layer too: 2 since index terms tell `1` from `1.0`. */
const FORMAT = 2
const DEFAULT_MAP_SIZE = 256 * 2 ** 30
/** Reads share one transaction per event turn, but the environment counts readers of every thread and process. */
const MAX_READERS = 1024

/** Methods that every Buffer has, though its types do not tell; quicker than `write` and `toString`. */
interface Latin1Buffer {
  latin1Write(text: string, at: number): number
  latin1Slice(start: number, end: number): string
}

const keyEncoder = {
  writeKey: (key: Key, target: Latin1Buffer, at: number): number => at + target.latin1Write(key, at),
  readKey: (source: Latin1Buffer, start: number, end: number): Key => source.latin1Slice(start, end),
}

/** Values are encoded before they are put, and decoded straight from the buffer that LMDB reads into. */
const recordEncoder = { encode: (bytes: Uint8Array) => bytes, decode: decodeRecord }

/** One row to write; `undefined` removes it. */
export interface Change {
  readonly table: Table
  readonly key: Key
  readonly value: Uint8Array | undefined
}

/** Stores open in this process, by real path: LMDB must not open a file twice. */
const openPaths = new Set<string>()

export interface TablesOptions {
  /** The most that the store may grow to, in bytes of address space; 256 GiB unless told. */
  readonly mapSize?: number | undefined
}

export class StoreInUse extends Error {
  override readonly name = 'StoreInUse'
  constructor(path: string, by: string) {
    super(`The store ${path} is already open in ${by}.`)
  }
}

export class Tables {
  readonly short: VersionTables
  readonly long: VersionTables
  /** Some of what `short.latest` holds. */
  readonly hotEntries = new HotEntries()
  readonly hotChunks = new HotChunks()
  readonly #root: RootDatabase<Uint8Array, string>
  readonly #meta: Database<Uint8Array, Key>
  readonly #path: string

  constructor(path: string, options: TablesOptions = {}) {
    this.#root = openRoot(path, options)
    this.#path = realpathSync(path)
    openPaths.add(this.#path)
    try {
      this.#meta = this.#root.openDB({ name: 'meta', encoding: 'binary' })
      this.short = { latest: this.#open('latest'), history: this.#open('history') }
      this.long = { latest: this.#open('latest-long'), history: this.#open('history-long') }
      this.#assertExclusive()
      this.#assertFormat()
    } catch (error) {
      void this.close()
      throw error
    }
  }

  #open(name: string): Table {
    const options = { name, keyEncoder, encoder: recordEncoder }
    return this.#root.openDB(options) as Database<unknown, Key> as Table
  }

  /** Conflicts are found in memory: no second process may write. The kernel drops a dead reader's lock. */
  #assertExclusive(): void {
    this.getNumber('format')
    this.#root.readerCheck()
    const pids = this.#root.readerList().matchAll(/^\s*(\d+) /gm)
    for (const [, pid] of pids) {
      if (Number(pid) !== process.pid) throw new StoreInUse(this.#path, `process ${pid}`)
    }
  }

  #assertFormat(): void {
    const format = this.getNumber('format')
    if (format === undefined) this.#meta.putSync('format', Buffer.from(u64(FORMAT), 'latin1'))
    else if (format !== FORMAT)
      throw new Error(
        `The store ${this.#path} has format ${format}, not ${FORMAT}: another version wrote it.`,
      )
  }

  getNumber(name: string): number | undefined {
    const bytes = this.#meta.getBinary(name)
    return bytes && readSafeU64(Buffer.from(bytes).toString('latin1'))
  }

  setNumber(name: string, value: number): Change {
    return {
      table: this.#meta as Database<unknown, Key> as Table,
      key: name,
      value: Buffer.from(u64(value), 'latin1'),
    }
  }

  /** Writes all rows in one transaction. Resolves when they are on disk and new reads see them. */
  async write(changes: readonly Change[]): Promise<void> {
    try {
      const written = this.#root.batch(() => {
        for (const { table, key, value } of changes)
          void (value ? table.put(key, value as never) : table.remove(key))
      })
      this.#setOut()
      await written
    } catch (error) {
      throw await commitError(error)
    } finally {
      this.#root.resetReadTxn()
      for (const { table, key } of changes) if (table === this.short.latest) this.#forget(key)
    }
  }

  /**
   * A batch alone waits for the end of the turn before the thread that writes hears of it; one more write, which goes
   * into the same transaction, calls it at once.
   */
  #setOut(): void {
    this.#meta.remove('nothing').catch(() => {})
  }

  #forget(key: Key): void {
    this.hotEntries.forget(key)
    this.hotChunks.forget(key)
  }

  async close(): Promise<void> {
    await this.#root.close()
    openPaths.delete(this.#path)
  }
}

function openRoot(path: string, options: TablesOptions): RootDatabase<Uint8Array, string> {
  if (isOpen(path)) throw new StoreInUse(path, 'this process')
  return open({
    path,
    noSubdir: false,
    mapSize: options.mapSize ?? DEFAULT_MAP_SIZE,
    maxReaders: MAX_READERS,
    // A commit becomes visible only once it is on disk; measured faster here than syncing beside the next commit.
    overlappingSync: false,
    // Groups are batches already; the batch that LMDB would put around them has a promise that nobody could handle.
    eventTurnBatching: false,
    encoding: 'binary',
  })
}

function isOpen(path: string): boolean {
  try {
    return openPaths.has(realpathSync(path))
  } catch {
    return false
  }
}

/** The reason that LMDB gives, which it hides in a promise. */
async function commitError(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<unknown> }
  return commitError ? commitError.catch((reason: unknown) => reason) : error
}
