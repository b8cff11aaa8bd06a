import { BoundedCache } from '#src/lib/bounded-cache.ts'
import type { Chunk, Key, KeyRange, Timestamp } from '../engine.ts'
import { prefixEnd } from '../keys/range.ts'
import { ownMemory } from './own-memory.ts'

/** What the cache may hold, in bytes of keys and values and what surrounds them. */
const MAX_BYTES = 16 * 1024 * 1024
/** Longer chunks are few, and reading them costs little in proportion. */
const MAX_ENTRIES = 64
const MAX_CHUNK_BYTES = 16 * 1024
/** Of a chunk, and of each of its entries: objects, headers and a place in a map. */
const OVERHEAD = 400
const ENTRY_OVERHEAD = 150
/** Keys that begin with so many equal bytes are a group: in Vivarium, those of one table of one database. */
const GROUP = 9
/** Lengths of prefixes in a group; further ones are not kept. A write looks for a chunk of each. */
const MAX_LENGTHS = 16
const MAX_GROUPS = 4096

/** The beginning of all entries with a prefix, or their end. */
interface HotChunk {
  readonly end: Key
  readonly reverse: boolean
  readonly limit: number
  /** When it was read; nothing in its range has been written since. */
  readonly ts: Timestamp
  readonly chunk: Chunk
}

/**
 * First chunks of the ranges of prefixes that are scanned again and again, such as the entries of an index with the same
 * terms. Whoever writes a key must `forget` it before anybody can have a snapshot that sees the write.
 */
export class HotChunks {
  /** By prefix; the last that was asked for. */
  private cache = makeCache()
  /** By group, how long the prefixes are that have been kept. */
  private readonly lengths = new Map<Key, number[]>()

  get(range: KeyRange, reverse: boolean, limit: number, ts: Timestamp): Chunk | undefined {
    const hot = this.cache.get(range.start)
    return hot !== undefined &&
      hot.ts <= ts &&
      hot.limit === limit &&
      hot.reverse === reverse &&
      hot.end === range.end
      ? hot.chunk
      : undefined
  }

  /** Keeps it, if that is worth it; answers the chunk to go on with. It is what the store now holds, and was so at `ts`. */
  offer(range: KeyRange, reverse: boolean, limit: number, ts: Timestamp, chunk: Chunk): Chunk {
    if (!isSmall(chunk) || !this.cache.admits(range.start)) return chunk
    if (range.end !== prefixEnd(range.start) || !this.noteLength(range.start)) return chunk
    const kept: Chunk = { entries: chunk.entries.map(ownMemory), done: chunk.done }
    this.cache.set(range.start, { end: range.end, reverse, limit, ts, chunk: kept })
    return kept
  }

  /** Notes how long a prefix is, for `forget`; false: it cannot be kept. */
  private noteLength(prefix: Key): boolean {
    if (prefix.length < GROUP) return false
    const lengths = this.lengthsOf(prefix.slice(0, GROUP))
    if (lengths.includes(prefix.length)) return true
    return lengths.length < MAX_LENGTHS && lengths.push(prefix.length) > 0
  }

  private lengthsOf(group: Key): number[] {
    let lengths = this.lengths.get(group)
    if (lengths === undefined) {
      if (this.lengths.size >= MAX_GROUPS) this.clear()
      lengths = []
      this.lengths.set(group, lengths)
    }
    return lengths
  }

  private clear(): void {
    this.lengths.clear()
    this.cache = makeCache()
  }

  /** What was kept of ranges with this key. */
  forget(key: Key): void {
    if (this.lengths.size === 0) return
    const lengths = this.lengths.get(key.slice(0, GROUP))
    if (lengths === undefined) return
    for (const length of lengths) if (length <= key.length) this.cache.delete(key.slice(0, length))
  }
}

const makeCache = (): BoundedCache<HotChunk> =>
  new BoundedCache(
    MAX_BYTES,
    ({ chunk }) => OVERHEAD + chunk.entries.length * ENTRY_OVERHEAD + bytesOf(chunk),
  )

function bytesOf({ entries }: Chunk): number {
  let bytes = 0
  for (const { key, value } of entries) bytes += key.length + value.length
  return bytes
}

const isSmall = (chunk: Chunk): boolean =>
  chunk.entries.length <= MAX_ENTRIES && bytesOf(chunk) <= MAX_CHUNK_BYTES
