/** Reading fields and finding methods (spec/language.md §2.7, §2.8). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { QueryFailure } from '#src/fql/errors/failure.ts'
import { userDocumentType } from '#src/fql/stdlib/document.ts'
import { typeOf } from '#src/fql/stdlib/types.ts'
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import { DocValue, type MissingCause } from '#src/fql/values/document.ts'
import { NativeFunctionValue } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { IdValue, isNull, NullValue, nullLiteral, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { inFrame } from './call.ts'
import type { Context } from './context.ts'
import { hintField, PartlyCovered } from './hints.ts'
import type { NativeDefinition } from './native.ts'
import { methodOf } from './type-definition.ts'

/** Where a field is asked for: its name, and the receiver's last component. */
export interface FieldPlace {
  readonly nameSpan: Span
  readonly receiverSpan: Span
  /** `[]`, where that and not the key is what null has not. */
  readonly operator?: string
}

/** `value.name` as a value; a method without call is the bound function. */
export function getField(ctx: Context, v: Value, name: string, place: FieldPlace): Eventual<Value> {
  if (v instanceof ObjectValue) {
    const value = v.fields.get(name) ?? missingField(v, name, place.nameSpan)
    return v instanceof PartlyCovered
      ? hintField(ctx, v.coverage, [...v.path, name], value, place.nameSpan)
      : value
  }
  if (v instanceof DocValue) return getDocumentField(ctx, v, name, place)
  const type = typeOf(v)
  const field = type.fields.get(name)
  if (field) return field.get(ctx, v)
  const method = methodOf(type, name)
  if (isNull(v) && !method) throw fail.nullAccess(name, place.nameSpan, createdHere(v))
  return method ? new NativeFunctionValue(method, v) : missingField(v, name, place.nameSpan)
}

const missingField = (v: Value, field: string, span: Span): NullValue =>
  new NullValue({ why: 'missing-field', field, receiver: typeName(v) }, span)

/** Answered from the identity, whether or not the document is there. */
export function identityField(doc: DocValue, name: string): Value | undefined {
  if (name === 'coll') return doc.collection
  if (name === 'id') return typeof doc.key === 'bigint' ? new IdValue(doc.key) : undefined
  return name === 'name' && typeof doc.key === 'string' ? doc.key : undefined
}

function getDocumentField(ctx: Context, doc: DocValue, name: string, place: FieldPlace): Eventual<Value> {
  const identity = identityField(doc, name)
  if (identity !== undefined) return identity
  const exists = name === 'exists' ? documentMethod(doc, name) : undefined
  if (exists) return new NativeFunctionValue(exists, doc)
  const cause = ctx.host.missing(ctx, doc)
  return cause instanceof Promise
    ? cause.then((c) => getStoredField(ctx, doc, name, place, c))
    : getStoredField(ctx, doc, name, place, cause)
}

function getStoredField(
  ctx: Context,
  doc: DocValue,
  name: string,
  place: FieldPlace,
  cause: MissingCause | undefined,
): Eventual<Value> {
  if (cause) throw missingAccess(doc, name, cause, place)
  const method = documentMethod(doc, name)
  if (method) return new NativeFunctionValue(method, doc)
  return andThen(
    inFrame(ctx, place.nameSpan, () => ctx.host.field(ctx, doc, name)),
    (value = missingField(doc, name, place.nameSpan)) =>
      doc.coverage ? hintField(ctx, doc.coverage, [name], value, place.nameSpan) : value,
  )
}

/** Documents of deleted collections are like any user's. */
const documentMethod = (doc: DocValue, name: string): NativeDefinition | undefined =>
  methodOf(doc.collection.collection?.documentType ?? userDocumentType, name)

/** Whether a value that is null or a document that is not there answers the field all the same. */
export const alwaysField = (v: Value, name: string): boolean =>
  (v instanceof DocValue && identityField(v, name) !== undefined) || alwaysMethod(v, name)

/** The same of a method. */
export const alwaysMethod = (v: Value, name: string): boolean =>
  v instanceof DocValue ? name === 'exists' : isNull(v) && methodOf(typeOf(v), name) !== undefined

/** The failure of reaching into a document that is not there. */
function missingAccess(doc: DocValue, name: string, cause: MissingCause, place: FieldPlace): QueryFailure {
  if (cause === 'permission denied') return fail.permissionDenied().at(place.receiverSpan)
  if (doc.missing !== undefined || cause === 'collection deleted')
    return fail.nullAccess(place.operator ?? name, place.nameSpan, createdHere(nullLiteral(place.nameSpan)))
  return notFound(doc, cause).at(place.receiverSpan)
}

/** Why a document is not there, as a failure. */
export function notFound(doc: DocValue, cause: MissingCause): QueryFailure {
  return cause === 'collection deleted'
    ? fail.collectionDeleted(doc.key)
    : fail.documentNotFound(doc.collection.name, doc.key)
}

/**
 * The method that `v.name(…)` calls, if `v` has one. A document is read first: only `exists` can be asked of one that
 * is not there.
 */
export function findMethod(
  ctx: Context,
  v: Value,
  name: string,
  place: FieldPlace,
): Eventual<NativeDefinition | undefined> {
  if (v instanceof ObjectValue) return undefined
  if (v instanceof DocValue) {
    if (name === 'exists') return documentMethod(v, name)
    return andThen(ctx.host.missing(ctx, v), (cause) => {
      if (cause) throw missingAccess(v, name, cause, place)
      return documentMethod(v, name)
    })
  }
  const method = methodOf(typeOf(v), name)
  if (isNull(v) && !method) throw fail.nullAccess(name, place.nameSpan, createdHere(v))
  return method
}

/** Where a null came from. */
export const createdHere = ({ span = NO_SPAN }: NullValue): readonly Diagnostic[] => [
  { kind: 'hint', message: 'Null value created here', span },
]

/** The same, unless the failing place touches an end of it. */
export const createdElsewhere = (v: NullValue, at: Span): readonly Diagnostic[] =>
  v.span && touches(at, v.span) ? [] : createdHere(v)

const touches = (outer: Span, { source, start, end }: Span): boolean =>
  source === outer.source &&
  ((start >= outer.start && start <= outer.end) || (end >= outer.start && end <= outer.end))
