import { BoundedCache } from '#src/lib/bounded-cache.ts'
import type { Entry, Key } from '#src/storage/engine.ts'
import type { DocumentVersion } from './document-version.ts'

/** What the decoded versions may take, in bytes as they are estimated. */
const MAX_BYTES = 48 * 1024 * 1024
/** Of a version: objects and maps whatever it holds, and the text that answers show. */
const OVERHEAD = 1500
/** Bytes that the fields of a version take in memory for one in the store. */
const EXPANSION = 8

interface Cached {
  readonly version: DocumentVersion
  readonly owner: object
}

/**
 * Decoded versions, kept across transactions: spares decoding documents that are read again and again. One for all
 * schemas; what a version refers to belongs to one of them, its `owner`.
 */
export class DocumentCache {
  private readonly cache = new BoundedCache<Cached>(
    MAX_BYTES,
    ({ version }) => OVERHEAD + EXPANSION * version.size,
  )

  /** The version in `entry`, if it is here. */
  get(entry: Entry, owner: object): DocumentVersion | undefined {
    const cached = this.cache.get(entry.key)
    return cached !== undefined && cached.version.ts === entry.ts && cached.owner === owner
      ? cached.version
      : undefined
  }

  /** Whether a version that was not here is worth keeping. */
  admits(key: Key): boolean {
    return this.cache.admits(key)
  }

  put(key: Key, version: DocumentVersion, owner: object): void {
    this.cache.set(key, { version, owner })
  }
}
