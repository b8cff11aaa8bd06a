/** The total order of values (spec/language.md §2.4): `order()`, comparison inside containers. Never fails. */

import type { DocValue } from './document.ts'
import type { LambdaValue, NativeFunctionValue, UserFunctionValue } from './function.ts'
import { KnownPairs } from './known-pairs.ts'
import type { ModuleValue } from './module.ts'
import type { BytesValue, DateValue, IdValue, ObjectValue, TimeValue, UuidValue, Value } from './value.ts'
import { Double, type Kind, kindOf } from './value.ts'

const RANKS: Readonly<Record<Kind, number>> = {
  int: 0,
  long: 0,
  double: 0,
  bytes: 1,
  string: 2,
  array: 3,
  object: 4,
  id: 5,
  doc: 6,
  time: 7,
  'transaction-time': 8,
  date: 9,
  uuid: 10,
  boolean: 11,
  module: 12,
  set: 13,
  cursor: 14,
  lambda: 15,
  'native-function': 16,
  'user-function': 16,
  'event-source': 17,
  null: 18,
}

const sign = (less: boolean, greater: boolean): number => (less ? -1 : greater ? 1 : 0)

/** Negative, zero or positive. `known`: of the comparison that this one is a part of. */
export function compareValues(a: Value, b: Value, known?: KnownPairs): number {
  if (a === b) return 0
  const ka = kindOf(a)
  const kb = kindOf(b)
  const byRank = RANKS[ka] - RANKS[kb]
  return byRank !== 0 ? byRank : compareSameKind(ka, a, b, known)
}

function compareSameKind(kind: Kind, a: Value, b: Value, known: KnownPairs | undefined): number {
  switch (kind) {
    case 'int':
    case 'long':
    case 'double':
      return compareNumbers(a as number | bigint | Double, b as number | bigint | Double)
    case 'string':
      return sign((a as string) < (b as string), (a as string) > (b as string))
    case 'bytes':
      return Buffer.compare((a as BytesValue).bytes, (b as BytesValue).bytes)
    case 'array':
      return compareArrays(a as readonly Value[], b as readonly Value[], known ?? new KnownPairs())
    case 'object':
      return compareObjects(a as ObjectValue, b as ObjectValue, known ?? new KnownPairs())
    case 'boolean':
      return Number(a) - Number(b)
    case 'id':
      return sign((a as IdValue).id < (b as IdValue).id, (a as IdValue).id > (b as IdValue).id)
    case 'time':
      return sign(
        (a as TimeValue).nanos < (b as TimeValue).nanos,
        (a as TimeValue).nanos > (b as TimeValue).nanos,
      )
    case 'date':
      return (a as DateValue).epochDay - (b as DateValue).epochDay
    case 'uuid':
      return compareTexts((a as UuidValue).text, (b as UuidValue).text)
    case 'doc':
      return compareDocuments(a as DocValue, b as DocValue)
    case 'lambda':
      return compareLambdas(a as LambdaValue, b as LambdaValue)
    default:
      return compareTexts(identityText(a), identityText(b))
  }
}

export const compareTexts = (a: string, b: string): number => sign(a < b, a > b)

/**
 * With Java's double comparison: −0 < 0, NaN equals NaN and is the greatest. Against a Double, a Long is what it is as
 * a Double, as in the reference: 2^53 + 1 equals 2^53 as a Double.
 */
export function compareNumbers(a: number | bigint | Double, b: number | bigint | Double): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (a instanceof Double || b instanceof Double) return compareDoubles(asDouble(a), asDouble(b))
  return sign(a < b, a > b)
}

const asDouble = (n: number | bigint | Double): number => (n instanceof Double ? n.value : Number(n))

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (Object.is(a, b)) return 0
  if (Number.isNaN(a)) return 1
  if (Number.isNaN(b)) return -1
  return Object.is(a, -0) ? -1 : 1
}

function compareArrays(a: readonly Value[], b: readonly Value[], known: KnownPairs): number {
  if (known.has(a, b)) return 0
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const c = compareValues(a[i] as Value, b[i] as Value, known)
    if (c !== 0) return c
  }
  if (a.length === b.length) known.add(a, b)
  return a.length - b.length
}

const sortedFields = (o: ObjectValue) => [...o.fields].sort((x, y) => compareTexts(x[0], y[0]))

function compareObjects(a: ObjectValue, b: ObjectValue, known: KnownPairs): number {
  if (known.has(a, b)) return 0
  const xs = sortedFields(a)
  const ys = sortedFields(b)
  const n = Math.min(xs.length, ys.length)
  for (let i = 0; i < n; i++) {
    const [xk, xv] = xs[i] as [string, Value]
    const [yk, yv] = ys[i] as [string, Value]
    const c = compareTexts(xk, yk) || compareValues(xv, yv, known)
    if (c !== 0) return c
  }
  if (xs.length === ys.length) known.add(a, b)
  return xs.length - ys.length
}

/** By collection, then by id or name. */
export function compareDocuments(a: DocValue, b: DocValue): number {
  const ca = a.collection.collection?.id ?? 0
  const cb = b.collection.collection?.id ?? 0
  if (ca !== cb) return ca - cb
  return sign(a.key < b.key, a.key > b.key)
}

const paramsOf = ({ code }: LambdaValue): string[] => code.expr.params.map((p) => p.text)

/** By the names of the parameters, fewer first; then by the place in the source. */
function compareLambdas(a: LambdaValue, b: LambdaValue): number {
  const byParams = compareArrays(paramsOf(a), paramsOf(b), new KnownPairs())
  if (byParams !== 0) return byParams
  const x = a.code.expr.span
  const y = b.code.expr.span
  return compareTexts(x.source.name, y.source.name) || x.start - y.start
}

/** A stable text for kinds whose order is meaningless but must be consistent. */
function identityText(v: Value): string {
  switch (kindOf(v)) {
    case 'module':
      return (v as ModuleValue).name
    case 'native-function':
      return (v as NativeFunctionValue).definition.name
    case 'user-function':
      return (v as UserFunctionValue).name
    default:
      return ''
  }
}
