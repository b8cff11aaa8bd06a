/** Keeps index entries and unique constraints in step with a document (spec/data.md §5.3, §6). */

import { NO_RIGHTS } from '#src/access/roles/built-in.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { type EffectLimit, PURE } from '#src/fql/eval/effect.ts'
import { sandboxed } from '#src/fql/eval/sandbox.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ObjectValue, TimeValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Entry, Key, Timestamp } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Collection, IndexInfo, StagedIndexes, UniqueConstraint } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { computeField } from './document-fields.ts'
import { DocumentVersion } from './document-version.ts'
import { entriesOf, type FieldReader, isPending, withTime } from './index-entries.ts'
import { idOfKey, NO_BYTES } from './keys.ts'
import { eachChunk } from './scan-all.ts'

/** The end of every entry: the id of its document. */
const ID_LENGTH = 8
/** A change of another computed field would not be noticed, and `ts` is known only after the commit. */
const INDEXED_COMPUTED_FIELDS: EffectLimit = {
  max: PURE,
  place: 'indexed computed fields',
  stableOnly: true,
}

/** Writes and removes the entries of a document that changes from `before` to `after`. */
export function maintainIndexes(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  id: bigint,
  before: DocumentVersion | undefined,
  after: DocumentVersion | undefined,
): Eventual<void> {
  const own = maintainOwnIndexes(ctx, host, collection, id, before, after)
  const { staged } = collection
  if (!staged) return own
  return andThen(own, () =>
    maintainOwnIndexes(ctx, host, staged.collection, id, asStaged(staged, before), asStaged(staged, after)),
  )
}

/** The version as it would be in the staged schema. */
export function asStaged(
  { migrate }: Pick<StagedIndexes, 'migrate'>,
  version: DocumentVersion | undefined,
): DocumentVersion | undefined {
  if (!version || !migrate) return version
  return new DocumentVersion(version.ts, version.ttl, migrate(version.fields), version.internal)
}

function maintainOwnIndexes(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  id: bigint,
  before: DocumentVersion | undefined,
  after: DocumentVersion | undefined,
): Eventual<void> {
  const { indexes } = collection
  if (indexes.length === 0) return undefined
  return andThen(readerFor(ctx, collection, id, before), (readBefore) =>
    andThen(readerFor(ctx, collection, id, after), (readAfter) => {
      const violated: UniqueConstraint[] = []
      const done = eachIndex(indexes.length, (i) => {
        const index = indexes[i] as IndexInfo
        const old = readBefore ? entriesOf(index, readBefore, id) : []
        const now = readAfter ? entriesOf(index, readAfter, id) : []
        const dated = readAfter && isPending(index, readAfter) ? dating(index, readAfter, id, now) : undefined
        return andThen(writeEntries(host, collection, index, id, old, now, dated), (unique) => {
          if (unique) violated.push(unique)
        })
      })
      return andThen(done, () => refuseViolations(violated))
    }),
  )
}

type KeyAt = (ts: Timestamp) => Key

/** The keys that entries with the time of the transaction will have. */
function dating(
  index: IndexInfo,
  read: FieldReader,
  id: bigint,
  pending: readonly Key[],
): (key: Key) => KeyAt {
  return (key) => (ts) =>
    entriesOf(index, withTime(read, TimeValue.ofMicros(ts)), id)[pending.indexOf(key)] ?? key
}

/** Brings the entries of one index up to date. Answers the unique constraint that they violate, if any. */
function writeEntries(
  host: DatabaseHost,
  collection: Collection,
  index: IndexInfo,
  id: bigint,
  old: readonly Key[],
  now: readonly Key[],
  dated: ((key: Key) => KeyAt) | undefined,
): Eventual<UniqueConstraint | undefined> {
  const kept = new Set(now)
  const had = new Set(old)
  for (const key of old) if (!kept.has(key)) host.transaction.delete(key)
  const added = now.filter((key) => !had.has(key))
  for (const key of added)
    if (dated) host.transaction.putDated(key, NO_BYTES, dated(key))
    else host.transaction.put(key, NO_BYTES)
  const unique = collection.uniques.find((u) => u.index === index)
  if (!unique || added.length === 0) return undefined
  return andThen(
    firstIndex(added.length, (i) => isTaken(host, collection, id, added[i] as Key)),
    (i) => (i === undefined ? undefined : unique),
  )
}

/** Whether another live document has an entry of these terms. */
function isTaken(host: DatabaseHost, collection: Collection, id: bigint, entry: Key): Eventual<boolean> {
  const range = prefixRange(entry.slice(0, -ID_LENGTH))
  let taken = false
  const take = (entries: readonly Entry[]): Eventual<boolean> => {
    const others = entries.map((e) => idOfKey(e.key)).filter((other) => other !== id)
    const live = firstIndex(others.length, (j) =>
      andThen(host.version(collection, others[j] as bigint, undefined), (v) => v !== undefined),
    )
    return andThen(live, (j) => {
      taken = j !== undefined
      return !taken
    })
  }
  return andThen(eachChunk(host.transaction, range, take, { limit: 16 }), () => taken)
}

/** The first index of those below `count` for which the test holds. */
function firstIndex(
  count: number,
  test: (i: number) => Eventual<boolean>,
  i = 0,
): Eventual<number | undefined> {
  for (let at = i; at < count; at++) {
    const found = test(at)
    if (found instanceof Promise) return found.then((yes) => (yes ? at : firstIndex(count, test, at + 1)))
    if (found) return at
  }
  return undefined
}

/** All that a write violates is told at once. */
function refuseViolations(violated: readonly UniqueConstraint[]): void {
  if (violated.length === 0) return
  throw fail.constraintFailure(
    'Failed unique constraint.',
    violated.map(({ paths }) => ({ paths, message: 'Failed unique constraint' })),
  )
}

/** Reads first steps of indexed paths from a version; computed fields among them are evaluated first. */
export function readerFor(
  ctx: Context,
  collection: Collection,
  id: bigint,
  version: DocumentVersion | undefined,
): Eventual<FieldReader | undefined> {
  if (!version) return undefined
  const names = indexedComputedFields(collection)
  if (names.length === 0) return storedReader(version, id, undefined)
  const doc = new DocValue(collection.module, id, undefined, version)
  const computed = new Map<string, Value>()
  const done = eachIndex(names.length, (i) => {
    const name = names[i] as string
    return andThen(computeOrNothing(ctx, collection, name, doc), (v) => {
      if (v !== undefined) computed.set(name, v)
    })
  })
  return andThen(done, () => storedReader(version, id, computed))
}

const indexedComputedFields = (collection: Collection): string[] => {
  if (collection.computed.size === 0) return []
  const names = collection.indexes.flatMap((i) => [...i.terms, ...i.values]).map((p) => String(p.path[0]))
  return [...new Set(names)].filter((name) => collection.computed.has(name))
}

/** A computed field that fails is not in the index. */
function computeOrNothing(
  ctx: Context,
  collection: Collection,
  name: string,
  doc: DocValue,
): Eventual<Value | undefined> {
  const field = collection.computed.get(name)
  if (!field) return undefined
  // What is in an index depends on the document alone, not on who wrote it, nor when.
  const inside = ctx.as(NO_RIGHTS).limited(INDEXED_COMPUTED_FIELDS)
  return sandboxed<Value | undefined>(
    ctx,
    () => computeField(inside, field, doc),
    () => undefined,
  )
}

function storedReader(
  version: DocumentVersion,
  id: bigint,
  computed: ReadonlyMap<string, Value> | undefined,
): FieldReader {
  return (name) => {
    if (name === 'id') return id
    if (name === 'coll') return undefined
    if (name === 'data') return new ObjectValue(version.fields)
    if (name === 'ts') return version.time
    if (name === 'ttl') return version.ttl
    return computed?.get(name) ?? version.fields.get(name)
  }
}
