/** Read ops: what users pay for (spec/protocol.md §3.5). They follow the reference, not what the store is asked for. */
import type { DocKey, DocValue } from '#src/fql/values/document.ts'
import type { Chunk } from '#src/storage/engine.ts'
import type { Collection } from './collection.ts'
import type { DocumentVersion } from './document-version.ts'

const BYTES_PER_OP = 4096
/** The reference reads the documents of a collection from an index whose entries are about so long. */
const ENTRY_BYTES_OF_ALL = 42
/** The reference reads sets in pages of at most so many elements, each of which costs its partitions. */
const PAGE = 16_000

const opsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / BYTES_PER_OP))

/** How far a set has been read. */
export interface SetProgress {
  entries: number
  /** Since the last page began. */
  bytes: number
}

export class ReadCosts {
  private ops = 0
  private readonly paid = new Set<string>()
  /** Documents out of sets whose own fields nobody has asked for yet. */
  private readonly unread = new WeakSet<DocValue>()

  get readOps(): number {
    return this.ops
  }

  /** The document came with its set: it costs something when it is read. */
  fromSet(doc: DocValue): void {
    this.unread.add(doc)
  }

  /** A field of it is read; undefined: all of it. */
  read(doc: DocValue, field: string | undefined, version: DocumentVersion | undefined): void {
    if (!this.unread.has(doc)) return
    const collection = doc.collection.collection as Collection
    const covered = field !== undefined && doc.coverage?.paths.some((path) => path[0] === field)
    if (field !== undefined && collection.computed.has(field)) {
      // The reference takes the value from the entry; else what the function reads, it reads through the same document.
      if (covered) this.unread.delete(doc)
      return
    }
    if (covered) return
    this.unread.delete(doc)
    this.document(collection, doc.key, doc.at, version)
  }

  /** Once a query; what the query wrote itself costs nothing. */
  document(
    collection: Collection,
    key: DocKey,
    at: number | undefined,
    version: DocumentVersion | undefined,
  ): void {
    if (version && version.ts === undefined) return
    const which = `${collection.prefix}${key}/${at ?? ''}`
    if (this.paid.has(which)) return
    this.paid.add(which)
    this.ops += opsOf(version?.size ?? 0)
  }

  entries(partitions: number, ofAll: boolean, progress: SetProgress, chunk: Chunk): void {
    const pages = Math.ceil(progress.entries / PAGE)
    const before = progress.entries === 0 ? 0 : opsOf(progress.bytes)
    progress.entries += Math.max(1, chunk.entries.length)
    for (const { key, value } of chunk.entries)
      progress.bytes += ofAll ? ENTRY_BYTES_OF_ALL : key.length + value.length
    this.ops += opsOf(progress.bytes) - before
    this.ops += (Math.ceil(progress.entries / PAGE) - pages) * (partitions - 1)
  }
}
