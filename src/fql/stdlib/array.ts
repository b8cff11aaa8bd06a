/** `Array` (spec/stdlib.md §5): eager, immutable; callbacks run left to right and may write. */

import * as fail from '#src/fql/errors/catalogue.ts'
import { call, callPredicate } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { ArraySet } from '#src/fql/sets/array-set.ts'
import { combinePairs, isElement, orderingsOf, withoutRepeats } from '#src/fql/sets/elements.ts'
import { sortBy } from '#src/fql/sets/ordering.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { MAX_ARRAY_LENGTH } from '#src/fql/values/limits.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, isNull, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex, mapInOrder } from '#src/lib/eventual.ts'
import { field, method } from './declare.ts'
import { declareModule } from './module.ts'
import { nothing, noValue } from './no-value.ts'
import { valueType } from './value-type.ts'

type Elements = readonly Value[]
const PRED = { callbackNames: { predicate: 'pred' } }

function elementAt(_ctx: Context, self: Elements, index: number): Value {
  checkIndex(self, index)
  return self[index] as Value
}

function checkIndex(self: Elements, index: number): void {
  if (index < 0 || index >= self.length) throw fail.indexOutOfBounds(index, self.length)
}

const clamp = (n: number, length: number): number => Math.min(Math.max(n, 0), length)

const at = method('at(index: Int) => A', elementAt)
const access = method('[](index0: Int) => A', elementAt)
const length = field('length: Number', (_ctx, self: Elements) => self.length)
const isEmpty = method('isEmpty() => Boolean', (_ctx, self: Elements) => self.length === 0)
const nonEmpty = method('nonEmpty() => Boolean', (_ctx, self: Elements) => self.length > 0)
const first = method('first() => A | Null', (ctx, self: Elements) => self[0] ?? noValue(ctx, 'empty array'))
const last = method('last() => A | Null', (ctx, self: Elements) => self.at(-1) ?? noValue(ctx, 'empty array'))

// ---------------------------------------------------------------- other arrays of the same elements

const append = method('append(element: A) => Array<A>', (_ctx, self: Elements, e: Value) => self.concat([e]))
const prepend = method('prepend(element: A) => Array<A>', (_ctx, self: Elements, e: Value) =>
  [e].concat(self),
)
const concat = method('concat(other: Array<B>) => Array<A | B>', (_ctx, self: Elements, other: Elements) =>
  self.concat(other),
)
const drop = method('drop(amount: Int) => Array<A>', (_ctx, self: Elements, n: number) =>
  self.slice(Math.max(n, 0)),
)
const take = method('take(limit: Int) => Array<A>', (_ctx, self: Elements, n: number) =>
  self.slice(0, Math.max(n, 0)),
)
const slice = method(
  ['slice(from: Int) => Array<A>', 'slice(from: Int, until: Int) => Array<A>'],
  (_ctx, self: Elements, from: number, until = self.length) =>
    self.slice(clamp(from, self.length), clamp(until, self.length)),
)
const reverse = method('reverse() => Array<A>', (_ctx, self: Elements) => self.toReversed())
const entries = method('entries() => Array<[Number, A]>', (_ctx, self: Elements) =>
  self.map((v, i) => [i, v]),
)
const toSet = method('toSet() => Set<A>', (_ctx, self: Elements) => new ArraySet(self))

const distinct = method('distinct() => Array<A>', (_ctx, self: Elements) => withoutRepeats(self))

const order = method(
  'order(ordering: ...(A => Any) | { asc: A => Any } | { desc: A => Any }) => Array<A>',
  (ctx, self: Elements, ...orderings: Value[]) => sortBy(ctx, self, orderingsOf(orderings)),
)

const flatten = method('flatten() => Array<Any>', (_ctx, self: Elements) => join(self))

/** The elements of arrays, one after the other. */
function join(arrays: Elements): Value[] {
  const out: Value[] = []
  for (const a of arrays) {
    if (!isArray(a)) throw fail.typeMismatch('Array<Any>', typeName(a))
    for (const v of a) out.push(v)
  }
  return out
}

// ---------------------------------------------------------------- callbacks

const map = method('map(mapper: A => B) => Array<B>', (ctx, self: Elements, mapper: FunctionValue) =>
  mapInOrder(self, (v) => call(ctx, mapper, [v])),
)

const flatMap = method(
  'flatMap(mapper: A => Array<B>) => Array<B>',
  (ctx, self: Elements, mapper: FunctionValue) =>
    andThen(
      mapInOrder(self, (v) => andThen(call(ctx, mapper, [v]), requireArray)),
      join,
    ),
)

function requireArray(v: Value): Value {
  if (isArray(v)) return v
  throw fail.typeMismatch('Array<Any>', typeName(v))
}

const forEach = method(
  'forEach(callback: A => Any) => Null',
  (ctx, self: Elements, callback: FunctionValue) =>
    andThen(
      eachIndex(self.length, (i) => andThen(call(ctx, callback, [self[i] as Value]), () => undefined)),
      () => nothing(ctx),
    ),
  { callbackNames: { callback: 'fn' } },
)

/** All elements that satisfy the predicate; every element is asked. */
function matching(self: Elements, holds: (v: Value) => Eventual<boolean>): Eventual<Value[]> {
  return andThen(mapInOrder(self, holds), (answers) => self.filter((_v, i) => answers[i]))
}

const where = method(
  'where(predicate: A => Boolean | Null) => Array<A>',
  (ctx, self: Elements, predicate: FunctionValue) => matching(self, (v) => callPredicate(ctx, predicate, v)),
  PRED,
)

/** As `where`, but a wrong answer is blamed on the element (spec/stdlib.md §5). */
const filter = method(
  'filter(predicate: A => Boolean | Null) => Array<A>',
  (ctx, self: Elements, predicate: FunctionValue) =>
    matching(self, (v) =>
      andThen(call(ctx, predicate, [v]), (answer) => {
        if (typeof answer === 'boolean') return answer
        if (isNull(answer)) return false
        throw fail.typeMismatch('Boolean', typeName(v))
      }),
    ),
)

const pick = (which: 0 | -1) => (ctx: Context, self: Elements, predicate: FunctionValue) =>
  andThen(
    matching(self, (v) => callPredicate(ctx, predicate, v)),
    (found): Value => found.at(which) ?? noValue(ctx, 'no element found'),
  )
const firstWhere = method('firstWhere(predicate: A => Boolean | Null) => A | Null', pick(0), PRED)
const lastWhere = method('lastWhere(predicate: A => Boolean | Null) => A | Null', pick(-1), PRED)

/** The first index in steps of ±1 for which the predicate holds; undefined: none. Asks no further. */
function findIndex(
  self: Elements,
  from: number,
  step: 1 | -1,
  holds: (v: Value) => Eventual<boolean>,
): Eventual<number | undefined> {
  let found: number | undefined
  const count = step === 1 ? self.length - from : from + 1
  const done = eachIndex(count, (n) => {
    const i = from + n * step
    return andThen(holds(self[i] as Value), (yes) => {
      if (yes) found = i
      return !yes
    })
  })
  return andThen(done, () => found)
}

const any = method(
  'any(predicate: A => Boolean | Null) => Boolean',
  (ctx, self: Elements, predicate: FunctionValue) =>
    andThen(
      findIndex(self, 0, 1, (v) => callPredicate(ctx, predicate, v)),
      (i) => i !== undefined,
    ),
)

const every = method(
  'every(predicate: A => Boolean | Null) => Boolean',
  (ctx, self: Elements, predicate: FunctionValue) =>
    andThen(
      findIndex(self, 0, 1, (v) => andThen(callPredicate(ctx, predicate, v), (yes) => !yes)),
      (i) => i === undefined,
    ),
)

const indexOrNull = (ctx: Context, found: Eventual<number | undefined>): Eventual<Value> =>
  andThen(found, (i): Value => i ?? noValue(ctx, 'no element found'))

const indexWhere = method(
  [
    'indexWhere(predicate: A => Boolean | Null) => Number | Null',
    'indexWhere(predicate: A => Boolean | Null, start: Int) => Number | Null',
  ],
  (ctx, self: Elements, predicate: FunctionValue, start?: number) => {
    if (start !== undefined) checkIndex(self, start)
    return indexOrNull(
      ctx,
      findIndex(self, start ?? 0, 1, (v) => callPredicate(ctx, predicate, v)),
    )
  },
)

const lastIndexWhere = method(
  [
    'lastIndexWhere(predicate: A => Boolean | Null) => Number | Null',
    'lastIndexWhere(predicate: A => Boolean | Null, end: Int) => Number | Null',
  ],
  (ctx, self: Elements, predicate: FunctionValue, end?: number) => {
    if (end !== undefined) checkIndex(self, end)
    const from = end ?? self.length - 1
    return indexOrNull(
      ctx,
      findIndex(self, from, -1, (v) => callPredicate(ctx, predicate, v)),
    )
  },
)

const includes = method('includes(element: A) => Boolean', (_ctx, self: Elements, wanted: Value) =>
  self.some((v) => isElement(v, wanted)),
)

const indexOf = method(
  ['indexOf(element: A) => Number | Null', 'indexOf(element: A, start: Int) => Number | Null'],
  (ctx, self: Elements, wanted: Value, start?: number) => {
    if (start !== undefined) checkIndex(self, start)
    return indexOrNull(
      ctx,
      findIndex(self, start ?? 0, 1, (v) => isElement(v, wanted)),
    )
  },
)

const lastIndexOf = method(
  ['lastIndexOf(element: A) => Number | Null', 'lastIndexOf(element: A, end: Int) => Number | Null'],
  (ctx, self: Elements, wanted: Value, end?: number) => {
    if (end !== undefined) checkIndex(self, end)
    return indexOrNull(
      ctx,
      findIndex(self, end ?? self.length - 1, -1, (v) => isElement(v, wanted)),
    )
  },
)

// ---------------------------------------------------------------- to one value

/** Runs the reducer over the elements in order, the accumulator first. */
function fold(ctx: Context, elements: Elements, seed: Value, reducer: FunctionValue): Eventual<Value> {
  let acc = seed
  const done = eachIndex(elements.length, (i) =>
    andThen(call(ctx, reducer, [acc, elements[i] as Value]), (v) => {
      acc = v
    }),
  )
  return andThen(done, () => acc)
}

function reduceAll(ctx: Context, elements: Elements, reducer: FunctionValue): Eventual<Value> {
  const [seed] = elements
  return seed === undefined ? noValue(ctx, 'empty array') : fold(ctx, elements.slice(1), seed, reducer)
}

const foldMethod = method(
  'fold(seed: B, reducer: (B, A) => B) => B',
  (ctx, self: Elements, seed: Value, reducer: FunctionValue) => fold(ctx, self, seed, reducer),
)
const foldRight = method(
  'foldRight(seed: B, reducer: (B, A) => B) => B',
  (ctx, self: Elements, seed: Value, reducer: FunctionValue) => fold(ctx, self.toReversed(), seed, reducer),
)
const reduce = method('reduce(reducer: (A, A) => A) => A | Null', reduceAll)
const reduceRight = method(
  'reduceRight(reducer: (A, A) => A) => A | Null',
  (ctx, self: Elements, reducer: FunctionValue) => reduceAll(ctx, self.toReversed(), reducer),
)

const aggregate = method(
  'aggregate(seed: A, combiner: (A, A) => A) => A',
  (ctx, self: Elements, seed: Value, combiner: FunctionValue) =>
    self.length === 0
      ? seed
      : andThen(combinePairs(ctx, combiner, self), (v) => call(ctx, combiner, [v, seed])),
)

export const arrayType = valueType({
  name: 'Array<Any>',
  typeName: 'Array',
  typeParams: ['A'],
  fields: [length],
  access,
  methods: [
    aggregate,
    any,
    append,
    at,
    concat,
    distinct,
    drop,
    entries,
    every,
    filter,
    first,
    firstWhere,
    flatMap,
    flatten,
    foldMethod,
    foldRight,
    forEach,
    includes,
    indexOf,
    indexWhere,
    isEmpty,
    last,
    lastIndexOf,
    lastIndexWhere,
    lastWhere,
    map,
    nonEmpty,
    order,
    prepend,
    reduce,
    reduceRight,
    reverse,
    slice,
    take,
    toSet,
    where,
  ],
})

const sequence = method(
  'sequence(from: Int, until: Int) => Array<Number>',
  (_ctx, _self: Value, from: number, until: number) => {
    const size = Math.max(until - from, 0)
    if (size > MAX_ARRAY_LENGTH)
      throw fail.valueTooLarge(`range size ${size} exceeds limit ${MAX_ARRAY_LENGTH}`)
    return Array.from({ length: size }, (_x, i) => from + i)
  },
)

export const arrayModule = declareModule({ name: 'Array', methods: [sequence] })
