/** `C.byEmail(term, …, range?)` (spec/data.md §5.4, §5.5). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { READ } from '#src/fql/eval/effect.ts'
import type { Coverage } from '#src/fql/eval/hints.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import { idIn } from '#src/fql/eval/runtime-type.ts'
import { method } from '#src/fql/stdlib/declare.ts'
import { DocValue } from '#src/fql/values/document.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import { Double, isArray, isNull, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { memoized } from '#src/lib/memoized.ts'
import type { Key, KeyRange } from '#src/storage/engine.ts'
import { i64 } from '#src/storage/keys/fixed.ts'
import { prefixEnd } from '#src/storage/keys/range.ts'
import {
  type Collection,
  heldFields,
  type IndexInfo,
  type IndexPart,
  isName,
  type NamedIndex,
} from './collection.ts'
import { termsPrefix } from './index-entries.ts'
import { encodeValue, isIndexable } from './index-key.ts'
import { IndexSet } from './index-set.ts'
import { requireReads } from './require-reads.ts'
import { KeyExtent } from './sizes.ts'

const methodsOf = memoized((_: Collection) => new Map<string, NativeDefinition>())

/** The method of an index, if the collection has one of that name. */
export function indexMethod(collection: Collection, name: string): NativeDefinition | undefined {
  const index = collection.namedIndexes.get(name)
  if (!index) return undefined
  const methods = methodsOf(collection)
  let found = methods.get(name)
  if (!found) {
    found = declare(collection, index)
    methods.set(name, found)
  }
  return found
}

function declare(collection: Collection, { name, index, queryable }: NamedIndex): NativeDefinition {
  const terms = index.terms.map((_, i) => `term${i + 1}: Any`)
  const implementation = (ctx: Context, self: ModuleValue, ...args: Value[]) => {
    requireReads(ctx, collection)
    if (!queryable) throw fail.indexNotQueryable(`${collection.name}.${name}`)
    const given = args.slice(0, index.terms.length)
    const extent = new KeyExtent()
    given.forEach((t, i) => {
      if (!isIndexable(t, extent))
        throw fail.invalidArgument(`term${i + 1}`, 'Argument cannot be used as lookup term')
    })
    const prefix = termsPrefix(index, given)
    const range = args[index.terms.length]
    // All terms null: such documents are not in the index.
    if (given.length > 0 && given.every(isNull)) return new IndexSet(self, name, emptyRange(prefix), ctx.at)
    return new IndexSet(
      self,
      name,
      rangeOf(prefix, index.values, range),
      ctx.at,
      false,
      range !== undefined,
      coverageOf(ctx, `${self.name}.${name}`, index),
    )
  }
  const all = terms.join(', ')
  const withRange = [...terms, 'range: Any'].join(', ')
  return method([`${name}(${all}) => Set<Any>`, `${name}(${withRange}) => Set<Any>`], implementation, {
    effect: READ,
  })
}

function coverageOf(ctx: Context, name: string, index: IndexInfo): Coverage | undefined {
  const span = ctx.run.frames.at(-1)
  if (!span) return undefined
  return {
    index: name,
    // An element of an array does not stand for any part of the document.
    paths: [...index.terms, ...index.values].map((p) => p.path).filter((path) => path.every(isName)),
    fields: heldFields(index),
    span,
  }
}

const emptyRange = (prefix: Key): KeyRange => ({ start: prefix, end: prefix })

/** `{from, to}` as keys below `prefix`; both bounds are inclusive prefixes of the values. */
export function rangeOf(prefix: Key, values: readonly IndexPart[], range: Value | undefined): KeyRange {
  const whole = { start: prefix, end: prefixEnd(prefix) }
  if (range === undefined) return whole
  const fields = range instanceof ObjectValue ? range.fields : undefined
  const from = fields?.get('from')
  const to = fields?.get('to')
  if (from === undefined && to === undefined)
    throw fail.invalidArgument(
      'range',
      'should be an object contining `{ from }`, `{ to }`, or `{ from, to }` fields',
    )
  return {
    start: from === undefined ? whole.start : prefix + boundKey('from', values, from),
    end: to === undefined ? whole.end : endOf(prefix, values, to),
  }
}

function endOf(prefix: Key, values: readonly IndexPart[], to: Value): Key {
  const bound = boundKey('to', values, to)
  return bound === '' ? prefix : prefixEnd(prefix + bound)
}

function boundKey(name: 'from' | 'to', values: readonly IndexPart[], bound: Value): Key {
  if (values.length === 0) return idBound(name, bound)
  const tuple = values.length > 1 && isArray(bound) ? bound : [alone(name, bound)]
  if (tuple.length > values.length)
    throw fail.invalidArgument('range', `The field \`${name}\` can have at most ${values.length} values`)
  let key = ''
  tuple.forEach((v, i) => {
    const part = values[i] as IndexPart
    key += valueBound(name, part, v)
  })
  return key
}

/** The bound on an only value: arrays go up to those that begin like it, and null is after all elements. */
const alone = (name: 'from' | 'to', bound: Value): Value =>
  name === 'to' && isArray(bound) ? [...bound, NULL] : bound

function valueBound(name: 'from' | 'to', part: IndexPart, v: Value): Key {
  if (part.path.length === 1 && part.path[0] === 'id') return idValueBound(part, v)
  if (!isIndexable(v, new KeyExtent()))
    throw fail.invalidArgument(
      'range',
      `The \`${name}\` field should be either an indexable value or an array of values`,
    )
  return encodeValue(v, part.descending)
}

/** Bounds on a value path `id`: null is lowest, what is no id is beyond the highest. */
function idValueBound(part: IndexPart, v: Value): Key {
  if (isNull(v)) return encodeValue(-(2n ** 63n), part.descending)
  return encodeValue(boundId(v) ?? new Double(Number.POSITIVE_INFINITY), part.descending)
}

function idBound(name: 'from' | 'to', bound: Value): Key {
  const id = boundId(bound)
  if (id === undefined) throw fail.invalidArgument('range', `The \`${name}\` field must be a document id.`)
  return i64(id)
}

/** A document stands for its id too. */
function boundId(v: Value): bigint | undefined {
  if (v instanceof DocValue) return typeof v.key === 'bigint' ? v.key : undefined
  return idIn(v)
}
