import { BoundedCache } from '#src/lib/bounded-cache.ts'
import type { Entry, Key } from '../engine.ts'
import { ownMemory } from './own-memory.ts'

/** What the cache may hold, in bytes of keys and values and what surrounds them. */
const MAX_BYTES = 16 * 1024 * 1024
/** Larger values are few, and reading them costs little in proportion. */
const MAX_VALUE_BYTES = 8 * 1024
/** Of an entry, its place in a map and its headers. */
const OVERHEAD = 250

/**
 * The newest live entries of keys that are read again and again: finding one here costs a tenth of a look into LMDB.
 * Whoever writes a key must `forget` it before anybody can have a snapshot that sees the write.
 */
export class HotEntries {
  private readonly cache = new BoundedCache<Entry>(
    MAX_BYTES,
    ({ key, value }) => key.length + value.length + OVERHEAD,
  )

  get(key: Key): Entry | undefined {
    return this.cache.get(key)
  }

  /** Keeps it, if that is worth it; answers the entry to go on with. It is what the store now holds under its key. */
  offer(entry: Entry): Entry {
    if (entry.value.length > MAX_VALUE_BYTES || !this.cache.admits(entry.key)) return entry
    const kept = ownMemory(entry)
    this.cache.set(kept.key, kept)
    return kept
  }

  forget(key: Key): void {
    this.cache.delete(key)
  }
}
