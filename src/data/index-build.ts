/** Fills physical indexes with the entries of stored documents (spec/data.md §5.2). */
import type { Context } from '#src/fql/eval/context.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Entry } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Collection, IndexInfo } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { DocumentVersion } from './document-version.ts'
import { entriesOf } from './index-entries.ts'
import { asStaged, readerFor } from './index-maintenance.ts'
import { documentPrefix, idOfKey, NO_BYTES } from './keys.ts'
import { eachChunk } from './scan-all.ts'

/** Collections of at most so many documents are indexed in the transaction that asks for it. */
const MAX_SYNCHRONOUS_DOCUMENTS = 128

/** Indexes to be filled, and how stored documents are read for them. */
export interface IndexFilling {
  /** The collection whose stored documents it are: reads them in the shape of the schema in force. */
  readonly stored: Collection
  /** The definition that the indexes belong to. */
  readonly defined: Collection
  /** From the shape in force to that of the definition, while it is staged. */
  readonly migrate: ((fields: DocumentVersion['fields']) => DocumentVersion['fields']) | undefined
  readonly indexes: readonly IndexInfo[]
}

/** Whether there are more live documents than fit a synchronous build; counts versions that have expired too. */
export function isLarge(host: DatabaseHost, collection: number): Eventual<boolean> {
  const range = prefixRange(documentPrefix(host.schema.database, collection))
  let count = 0
  const take = (entries: readonly Entry[]): boolean => {
    count += entries.length
    return count <= MAX_SYNCHRONOUS_DOCUMENTS
  }
  const limit = MAX_SYNCHRONOUS_DOCUMENTS + 1
  return andThen(eachChunk(host.transaction, range, take, { limit }), () => count > MAX_SYNCHRONOUS_DOCUMENTS)
}

/** Whether the collection has no document that is alive. */
export function isEmpty(host: DatabaseHost, collection: number): Eventual<boolean> {
  const range = prefixRange(documentPrefix(host.schema.database, collection))
  const isAlive = (e: Entry): boolean =>
    !DocumentVersion.decode(e, host.schema.resolve).isExpired(host.snapshotTs)
  let empty = true
  const take = (entries: readonly Entry[]): boolean => {
    empty = !entries.some(isAlive)
    return empty
  }
  return andThen(eachChunk(host.transaction, range, take, { limit: 16 }), () => empty)
}

/** Fills the indexes in this transaction. */
export function fillNow(ctx: Context, host: DatabaseHost, filling: IndexFilling): Eventual<void> {
  if (filling.indexes.length === 0) return undefined
  return eachChunk(host.transaction, prefixRange(filling.stored.prefix), (entries) =>
    addEntries(ctx, host, filling, entries),
  )
}

/** Adds the entries of some documents. */
export const addEntries = (
  ctx: Context,
  host: DatabaseHost,
  filling: IndexFilling,
  documents: readonly Entry[],
): Eventual<void> =>
  eachIndex(documents.length, (i) => addEntriesOf(ctx, host, filling, documents[i] as Entry))

function addEntriesOf(ctx: Context, host: DatabaseHost, filling: IndexFilling, entry: Entry): Eventual<void> {
  const { stored, defined, migrate, indexes } = filling
  const id = idOfKey(entry.key)
  const version = asStaged({ migrate }, host.decodeMigrated(stored, entry))
  return andThen(readerFor(ctx, defined, id, version), (read) => {
    if (!read) return
    for (const index of indexes) {
      ctx.run.count(index.terms.length + index.values.length)
      for (const key of entriesOf(index, read, id)) host.transaction.put(key, NO_BYTES)
    }
  })
}
