import type { Entry, Key } from '#src/storage/engine.ts'
import type { DocumentVersion } from './document-version.ts'

/** Decoded versions kept across transactions, for one version of a schema (its collections are in their references). */
const MAX_ENTRIES = 20_000

/** Spares decoding documents that are read again and again. Bounded; forgets the oldest half when full. */
export class DocumentCache {
  private young = new Map<Key, DocumentVersion>()
  private old = new Map<Key, DocumentVersion>()

  /** The version in `entry`, if it is here. */
  get(entry: Entry): DocumentVersion | undefined {
    const version = this.young.get(entry.key) ?? this.old.get(entry.key)
    return version?.ts === entry.ts ? version : undefined
  }

  put(key: Key, version: DocumentVersion): void {
    if (this.young.size >= MAX_ENTRIES / 2) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, version)
  }
}
