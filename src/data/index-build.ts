/** Fills physical indexes with the entries of stored documents (spec/data.md §5.2). */
import type { Context } from '#src/fql/eval/context.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Entry, KeyRange } from '#src/storage/engine.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import type { Collection, IndexInfo } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { DocumentVersion } from './document-version.ts'
import { entriesOf } from './index-entries.ts'
import { asStaged, readerFor } from './index-maintenance.ts'
import { documentPrefix, idOfKey } from './keys.ts'

/** Collections of at most so many documents are indexed in the transaction that asks for it. */
const MAX_SYNCHRONOUS_DOCUMENTS = 128

const NO_BYTES = new Uint8Array(0)
const CHUNK = 128

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
  const step = (left: KeyRange): Eventual<boolean> =>
    andThen(
      host.transaction.scan(left, { limit: MAX_SYNCHRONOUS_DOCUMENTS + 1 - count }),
      ({ entries, done }) => {
        count += entries.length
        if (count > MAX_SYNCHRONOUS_DOCUMENTS) return true
        const last = entries.at(-1)
        return done || !last ? false : step(rest(left, last.key, false))
      },
    )
  return step(range)
}

/** Whether the collection has no document that is alive. */
export function isEmpty(host: DatabaseHost, collection: number): Eventual<boolean> {
  const step = (left: KeyRange): Eventual<boolean> =>
    andThen(host.transaction.scan(left, { limit: 16 }), ({ entries, done }) => {
      if (entries.some((e) => !DocumentVersion.decode(e, host.schema.resolve).isExpired(host.snapshotTs)))
        return false
      const last = entries.at(-1)
      return done || !last ? true : step(rest(left, last.key, false))
    })
  return step(prefixRange(documentPrefix(host.schema.database, collection)))
}

/** Fills the indexes in this transaction. */
export function fillNow(ctx: Context, host: DatabaseHost, filling: IndexFilling): Eventual<void> {
  if (filling.indexes.length === 0) return undefined
  const step = (left: KeyRange): Eventual<void> =>
    andThen(host.transaction.scan(left, { limit: CHUNK }), ({ entries, done }) =>
      andThen(addEntries(ctx, host, filling, entries), () => {
        const last = entries.at(-1)
        return done || !last ? undefined : step(rest(left, last.key, false))
      }),
    )
  return step(prefixRange(filling.stored.prefix))
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
