/** Read and write ops: what users pay for (spec/protocol.md §3.5). Read ops follow the reference, not what the store is asked for. */
import type { DocKey, DocValue } from '#src/fql/values/document.ts'
import { isNull, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Chunk, Key } from '#src/storage/engine.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { Collection } from './collection.ts'
import type { DocumentVersion } from './document-version.ts'
import { CountedDocument, FoundDocument } from './found-document.ts'

const BYTES_PER_OP = 4096
const BYTES_PER_WRITE_OP = 1024
/** The reference reads the documents of a collection from an index whose entries are about so long. */
const ENTRY_BYTES_OF_ALL = 42
/** The reference reads sets in pages of at most so many elements, each of which costs its partitions. */
const PAGE = 16_000

const opsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / BYTES_PER_OP))

/** One pass over a set, as far as it has gone. */
export interface SetPass {
  /** What is read: passes of the same name read the same pages. */
  readonly name: string
  /** Of the present page. */
  entries: number
  bytes: number
  /** Read ops of the pages before it. */
  ops: number
}

export const setPass = (name: string): SetPass => ({ name, entries: 0, bytes: 0, ops: 0 })

export class OperationCosts {
  private ops = 0
  /** Documents that were read, by their keys in the store. */
  private readonly paid = new Set<string>()
  /** Read ops of what was read of sets, by names of passes. */
  private readonly passes = new Map<string, number>()
  /** Bytes of each document that is written, with its index entries. */
  private readonly written = new Map<Key, number>()

  get readOps(): number {
    return this.ops
  }

  /** A document that is written often is paid once, as it is in the end. */
  get writeOps(): number {
    let ops = 0
    for (const bytes of this.written.values()) ops += Math.max(1, Math.ceil(bytes / BYTES_PER_WRITE_OP))
    return ops
  }

  /** What `write` writes in the transaction is for a document. */
  writing(document: Key, { stats }: Transaction, write: () => Eventual<void>): Eventual<void> {
    const before = stats.writeBytes
    return andThen(write(), () => {
      this.written.set(document, (this.written.get(document) ?? 0) + stats.writeBytes - before)
    })
  }

  /** A stored field of it with this value is read. */
  readField(
    doc: DocValue,
    field: string,
    value: Eventual<Value | undefined>,
    version: DocumentVersion,
  ): void {
    if (!(doc instanceof CountedDocument) || doc.paid) return
    // The reference does not tell null in an entry from what is not there.
    if (value !== undefined && !isNull(value as Value) && doc.holds(field)) return
    this.readAll(doc, version)
  }

  /** The reference takes the value from the entry; else what the function reads, it reads through the same document. */
  readComputed(doc: DocValue, field: string): void {
    if (doc instanceof CountedDocument && doc.holds(field)) doc.paid = true
  }

  /** All of it is read. */
  readAll(doc: DocValue, version: DocumentVersion): void {
    if (!(doc instanceof CountedDocument) || doc.paid) return
    doc.paid = true
    if (doc instanceof FoundDocument)
      this.document(doc.collection.collection as Collection, doc.key, doc.at, version)
    else this.ops += opsOf(version.size)
  }

  /** Once a query; what the query wrote itself costs nothing. */
  document(
    collection: Collection,
    key: DocKey,
    at: number | undefined,
    version: DocumentVersion | undefined,
  ): void {
    if (version && version.ts === undefined) return
    const name = version?.key ?? `no ${collection.prefix}${key}`
    const { size } = this.paid
    this.paid.add(at === undefined ? name : `${name}/${at}`)
    if (this.paid.size > size) this.ops += opsOf(version?.size ?? 0)
  }

  /** What was read before costs nothing again. */
  entries(partitions: number, ofAll: boolean, pass: SetPass, chunk: Chunk): void {
    const opsOfPage = () => opsOf(pass.bytes) + partitions - 1
    for (const { key, value } of chunk.entries) {
      if (pass.entries === PAGE) {
        pass.ops += opsOfPage()
        pass.entries = 0
        pass.bytes = 0
      }
      pass.entries++
      pass.bytes += ofAll ? ENTRY_BYTES_OF_ALL : key.length + value.length
    }
    const ops = pass.ops + opsOfPage()
    const paid = this.passes.get(pass.name) ?? 0
    if (ops <= paid) return
    this.ops += ops - paid
    this.passes.set(pass.name, ops)
  }
}
