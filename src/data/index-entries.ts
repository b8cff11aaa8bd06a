/** Which index entries a document has (spec/data.md §5.3). */

import {
  isArray,
  isNull,
  NULL,
  ObjectValue,
  TransactionTimeValue,
  type Value,
} from '#src/fql/values/value.ts'
import type { Key } from '#src/storage/engine.ts'
import { i64 } from '#src/storage/keys/fixed.ts'
import type { IndexInfo, IndexPart, Path } from './collection.ts'
import { encodeTerm, encodeValue, isIndexable } from './index-key.ts'
import { type Columns, requireEntrySizes } from './sizes.ts'

/** Reads the value at a path's first step of one document: a stored, metadata or computed field. */
export type FieldReader = (name: string) => Value | undefined

/** Keys of all entries of a document in an index. Fails when one is too large, or all of them together. */
export function entriesOf(index: IndexInfo, read: FieldReader, id: bigint): Key[] {
  const termColumns = index.terms.map((part) => valuesOf(part, read, encodeTerm))
  const valueColumns = index.values.map((part) => valuesOf(part, read, ordered))
  requireEntrySizes(index.id, id, termColumns, valueColumns)
  const terms = combinations(termColumns)
  const values = combinations(valueColumns)
  const suffix = i64(id)
  const keys: Key[] = []
  for (const t of terms) {
    // A tuple of terms that are all null is not in the index; an index without terms has one empty tuple.
    if (t.length > 0 && t.every(isNull)) continue
    const prefix = termsPrefix(index, t)
    for (const v of values) keys.push(prefix + encodeValues(index.values, v) + suffix)
  }
  return keys
}

/** Whether entries hold the time of the transaction, which is known only when it commits. */
export const isPending = (index: IndexInfo, read: FieldReader): boolean =>
  [...index.terms, ...index.values].some(({ path }) => holdsPendingTime(valueAt(path, read)))

function holdsPendingTime(v: Value): boolean {
  if (isArray(v)) return v.some(holdsPendingTime)
  if (v instanceof ObjectValue) return [...v.fields.values()].some(holdsPendingTime)
  return v instanceof TransactionTimeValue
}

/** The same document, once the time of its transaction is known. */
export const withTime =
  (read: FieldReader, time: Value): FieldReader =>
  (name) => {
    const v = read(name)
    return v === undefined ? undefined : resolved(v, time)
  }

function resolved(v: Value, time: Value): Value {
  if (isArray(v)) return v.map((e) => resolved(e, time))
  if (v instanceof ObjectValue)
    return new ObjectValue(new Map([...v.fields].map(([key, e]) => [key, resolved(e, time)])))
  return v instanceof TransactionTimeValue ? time : v
}

/** The key prefix of a term tuple. */
export function termsPrefix(index: IndexInfo, terms: readonly Value[]): Key {
  let key = index.prefix
  for (const term of terms) key += encodeTerm(term)
  return key
}

function encodeValues(parts: readonly IndexPart[], values: readonly Value[]): Key {
  let key = ''
  for (let i = 0; i < values.length; i++)
    key += encodeValue(values[i] as Value, parts[i]?.descending ?? false)
  return key
}

/** The cartesian product of the columns. */
function combinations(columns: Columns): Value[][] {
  let tuples: Value[][] = [[]]
  for (const values of columns) {
    if (values.length === 1) for (const t of tuples) t.push(values[0] as Value)
    else tuples = tuples.flatMap((t) => values.map((v) => [...t, v]))
  }
  return tuples
}

/** What makes values different. */
type Distinction = (v: Value) => Key
const ordered: Distinction = (v) => encodeValue(v, false)

function valuesOf(part: IndexPart, read: FieldReader, keyOf: Distinction): readonly Value[] {
  const value = valueAt(part.path, read)
  if (!isIndexable(value)) return [NULL]
  if (!part.mva) return [value]
  const scalars = flatten(value, keyOf)
  return scalars.length > 0 ? scalars : [NULL]
}

/** The distinct scalars among the elements, at any depth: objects have no place among them. A scalar is its own element. */
function flatten(value: Value, keyOf: Distinction): Value[] {
  if (!isArray(value)) return value instanceof ObjectValue ? [] : [value]
  const out = new Map<Key, Value>()
  const visit = (v: Value): void => {
    if (isArray(v)) v.forEach(visit)
    else if (!(v instanceof ObjectValue)) out.set(keyOf(v), v)
  }
  visit(value)
  return [...out.values()]
}

export function valueAt(path: Path, read: FieldReader): Value {
  let value: Value = read(String(path[0])) ?? NULL
  for (let i = 1; i < path.length; i++) value = step(value, path[i] as string | number)
  return value
}

function step(value: Value, key: string | number): Value {
  if (typeof key === 'number') return (isArray(value) ? value[key] : undefined) ?? NULL
  return (value instanceof ObjectValue ? value.fields.get(key) : undefined) ?? NULL
}
