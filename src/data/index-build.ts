/** Fills physical indexes that a collection document has just asked for (spec/data.md §5.2). */
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Chunk, KeyRange } from '#src/storage/engine.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import { type IndexInfo, makeIndex } from './collection.ts'
import { DocumentVersion } from './document-version.ts'
import { entriesOf } from './index-entries.ts'
import { readerFor } from './index-maintenance.ts'
import { documentKey, documentPrefix, idOfKey } from './keys.ts'
import type { NativeWrite } from './native-collection.ts'
import { backingsOf, backingValue, wantedIndexes } from './schema-model.ts'
import { userCollection } from './user-collection.ts'
import { encodeVersion } from './value-codec.ts'

const NO_BYTES = new Uint8Array(0)
const CHUNK = 256

/** Builds all incomplete indexes of the collection in this transaction, and marks them complete. */
export function buildIndexes(write: NativeWrite): Eventual<void> {
  const { after, host, key, collection } = write
  if (!after) return undefined
  const backings = backingsOf(after.internal)
  const missing = backings.filter((b) => !b.complete)
  if (missing.length === 0) return undefined
  const database = host.schema.database
  const wanted = wantedIndexes(after.fields)
  const indexes = missing.flatMap((b): IndexInfo[] => {
    const w = wanted.get(b.key)
    return w ? [makeIndex(database, Number(key), b.id, w.terms, w.values)] : []
  })
  return andThen(fill(write, indexes), () => {
    after.internal.set(
      'backing',
      backings.map((b) => backingValue({ ...b, complete: true })),
    )
    const bytes = encodeVersion({ ttl: undefined, fields: after.fields, internal: after.internal })
    host.transaction.put(documentKey(collection.prefix, key), bytes)
    host.forgetReads()
  })
}

function fill(write: NativeWrite, indexes: readonly IndexInfo[]): Eventual<void> {
  const { host, key } = write
  return scan(write, prefixRange(documentPrefix(host.schema.database, Number(key))), indexes)
}

function scan(write: NativeWrite, range: KeyRange, indexes: readonly IndexInfo[]): Eventual<void> {
  const { host } = write
  return andThen(host.transaction.scan(range, { limit: CHUNK }), (chunk: Chunk) =>
    andThen(addEntries(write, chunk, indexes), () => {
      const last = chunk.entries.at(-1)
      return chunk.done || !last ? undefined : scan(write, rest(range, last.key, false), indexes)
    }),
  )
}

function addEntries(write: NativeWrite, chunk: Chunk, indexes: readonly IndexInfo[]): Eventual<void> {
  const { host, ctx, after, key } = write
  const version = new DocumentVersion(undefined, undefined, after?.fields ?? new Map(), after?.internal)
  const collection = userCollection(host.schema.database, Number(key), version, () => undefined)
  return eachIndex(chunk.entries.length, (i) => {
    const entry = chunk.entries[i]
    if (!entry) return
    const id = idOfKey(entry.key)
    const stored = DocumentVersion.decode(entry, host.schema.resolve)
    return andThen(readerFor(ctx, collection, id, stored), (read) => {
      if (!read) return
      for (const index of indexes)
        for (const k of entriesOf(index, read, id)) host.transaction.put(k, NO_BYTES)
    })
  })
}
