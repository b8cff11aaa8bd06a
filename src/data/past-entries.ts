/**
 * Entries of an index as of a time when it was not there yet, or not complete. Nothing of them is stored: they are made
 * of the documents of that time, all of them, so such a read costs what the collection holds.
 */
import type { Context } from '#src/fql/eval/context.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Chunk, Entry, KeyRange, Timestamp } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Collection, IndexInfo } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { entriesOf } from './index-entries.ts'
import { readerFor } from './index-maintenance.ts'
import { idOfKey, NO_BYTES } from './keys.ts'
import { eachChunk } from './scan-all.ts'

/** Those in the range, whole. `reverse`: last ones first. */
export function pastEntries(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  index: IndexInfo,
  range: KeyRange,
  at: Timestamp,
  reverse: boolean,
): Eventual<Chunk> {
  const found: Entry[] = []
  const take = (document: Entry): Eventual<unknown> =>
    andThen(ctx.run.tick(), () =>
      andThen(entriesOfDocument(ctx, host, collection, index, document, at), (entries) => {
        for (const entry of entries) if (entry.key >= range.start && entry.key < range.end) found.push(entry)
      }),
    )
  const documents = eachChunk(
    host.transaction,
    prefixRange(collection.prefix),
    (chunk) => eachIndex(chunk.length, (i) => take(chunk[i] as Entry)),
    { at },
  )
  return andThen(documents, () => {
    found.sort((a, b) => (a.key < b.key ? -1 : 1))
    return { entries: reverse ? found.reverse() : found, done: true }
  })
}

function entriesOfDocument(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  index: IndexInfo,
  document: Entry,
  at: Timestamp,
): Eventual<Entry[]> {
  const version = host.decodeMigrated(collection, document)
  if (version.isExpired(at)) return []
  const id = idOfKey(document.key)
  return andThen(readerFor(ctx, collection, id, version), (read) =>
    read ? entriesOf(index, read, id).map((key) => ({ key, value: NO_BYTES, ts: document.ts })) : [],
  )
}
