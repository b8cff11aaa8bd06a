/** A document as users see it: which fields, in which order (spec/data.md §1.1, §1.3). */

import * as fail from '#src/fql/errors/catalogue.ts'
import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { COMPUTED_FIELDS } from '#src/fql/eval/effect.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import { ListedFields } from '#src/fql/values/listed-fields.ts'
import { IdValue, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { andThen, eachIndex } from '#src/lib/eventual.ts'
import { isSpecialFieldName } from '#src/schema/model/names.ts'
import type { Collection, ComputedFieldInfo } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import type { DocumentVersion } from './document-version.ts'

/** One field of a version that is there; undefined: none of that name. */
export function fieldOf(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  doc: DocValue,
  version: DocumentVersion,
  name: string,
): Eventual<Value | undefined> {
  if (name === 'ts') return timeOf(ctx, version)
  if (name === 'ttl') return version.ttl
  if (!collection.user) return nativeField(host, collection, version, name)
  if (name === 'data') return new ObjectValue(version.fields)
  const computed = collection.computed.size > 0 ? collection.computed.get(name) : undefined
  return computed ? readComputedField(ctx, computed, doc) : version.field(name)
}

function timeOf(ctx: Context, version: DocumentVersion): Value {
  if (ctx.effect.stableOnly) throw fail.timestampFieldAccess()
  return version.time
}

function nativeField(
  host: DatabaseHost,
  collection: Collection,
  version: DocumentVersion,
  name: string,
): Eventual<Value | undefined> {
  const stored = version.fields.get(name)
  if (!collection.native?.derived) return stored
  return andThen(collection.native.derived(host, version), (fields) => fields.get(name) ?? stored)
}

function readComputedField(ctx: Context, field: ComputedFieldInfo, doc: DocValue): Eventual<Value> {
  if (ctx.effect.stableOnly) throw fail.computedFieldAccess()
  return computeField(ctx, field, doc)
}

/** Computed fields run with the rights of the caller, reading at the document's time. */
export const computeField = (ctx: Context, field: ComputedFieldInfo, doc: DocValue): Eventual<Value> =>
  call(ctx.limited(COMPUTED_FIELDS).readingAt(doc.at ?? ctx.at), field.body, [doc])

/** All fields as listed. */
export function allFields(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  doc: DocValue,
  version: DocumentVersion,
): Eventual<ReadonlyMap<string, Value>> {
  if (!collection.user) return nativeFields(host, collection, version, identityFields(doc, version))
  if (collection.computed.size > 0) return computedFields(ctx, collection, doc, version)
  // What is not committed yet does not live on.
  if (version.ts === undefined) return userFields(collection, doc, version, new Map())
  version.listed ??= userFields(collection, doc, version, new ListedFields())
  return version.listed
}

/** Those that every document has. */
function identityFields(
  doc: DocValue,
  version: DocumentVersion,
  out = new Map<string, Value>(),
): Map<string, Value> {
  if (typeof doc.key === 'bigint') out.set('id', new IdValue(doc.key))
  else out.set('name', doc.key)
  out.set('coll', doc.collection)
  out.set('ts', version.time)
  if (version.ttl) out.set('ttl', version.ttl)
  return out
}

function nativeFields(
  host: DatabaseHost,
  collection: Collection,
  version: DocumentVersion,
  out: Map<string, Value>,
): Eventual<ReadonlyMap<string, Value>> {
  const derived = collection.native?.derived?.(host, version) ?? new Map<string, Value>()
  return andThen(derived, (extra) => {
    for (const { name } of collection.native?.fields ?? []) {
      const v = extra.get(name) ?? version.fields.get(name)
      if (v !== undefined) out.set(name, v)
    }
    return out
  })
}

/** Adds the fields of a document without computed ones: they are the same for every query that sees this version. */
function userFields<M extends Map<string, Value>>(
  collection: Collection,
  doc: DocValue,
  version: DocumentVersion,
  out: M,
): M {
  identityFields(doc, version, out)
  addDeclared(collection, version, out)
  addOthers(collection, version, out)
  return out
}

function computedFields(
  ctx: Context,
  collection: Collection,
  doc: DocValue,
  version: DocumentVersion,
): Eventual<ReadonlyMap<string, Value>> {
  const out = identityFields(doc, version)
  addDeclared(collection, version, out)
  const computed = [...collection.computed.values()]
  const done = eachIndex(computed.length, (i) => {
    const field = computed[i] as ComputedFieldInfo
    return andThen(readComputedField(ctx, field, doc), (v) => {
      out.set(field.name, v)
    })
  })
  return andThen(done, () => {
    addOthers(collection, version, out)
    return out
  })
}

function addDeclared(collection: Collection, { fields }: DocumentVersion, out: Map<string, Value>): void {
  for (const name of collection.declared) {
    const v = fields.get(name)
    if (v !== undefined) out.set(name, v)
  }
}

/** Stored fields that nothing declares; those whose names mean something else are shown in `data`. */
function addOthers(collection: Collection, { fields }: DocumentVersion, out: Map<string, Value>): void {
  const hidden = new Map<string, Value>()
  for (const [name, v] of fields)
    if (isSpecialFieldName(name) || collection.computed.has(name)) hidden.set(name, v)
    else out.set(name, v)
  if (hidden.size > 0) out.set('data', new ObjectValue(hidden))
}
