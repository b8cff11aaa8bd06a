/** `Set` (spec/data.md §7): lazy methods only describe; eager ones read. Functions of lazy sets may only read. */

import * as fail from '#src/fql/errors/catalogue.ts'
import { call, callPredicate, traceOf } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { NativeDefinition, type Overload } from '#src/fql/eval/native.ts'
import { integer } from '#src/fql/eval/operators.ts'
import { EMPTY_SET } from '#src/fql/sets/array-set.ts'
import { ConcatSet } from '#src/fql/sets/concat-set.ts'
import { decodeCursor } from '#src/fql/sets/cursor.ts'
import { DistinctSet } from '#src/fql/sets/distinct-set.ts'
import { DropSet } from '#src/fql/sets/drop-set.ts'
import { combinePairs, isElement, orderingsOf } from '#src/fql/sets/elements.ts'
import { eventSource, eventSourceOn } from '#src/fql/sets/event-source.ts'
import { FlatMapSet } from '#src/fql/sets/flat-map-set.ts'
import { MapSet } from '#src/fql/sets/map-set.ts'
import { OrderSet } from '#src/fql/sets/order-set.ts'
import { PagedSet } from '#src/fql/sets/paged-set.ts'
import * as read from '#src/fql/sets/read.ts'
import { ReversedSet } from '#src/fql/sets/reversed-set.ts'
import { SequenceSet } from '#src/fql/sets/sequence-set.ts'
import { SingleSet } from '#src/fql/sets/single-set.ts'
import { isStored } from '#src/fql/sets/stored.ts'
import { TakeSet } from '#src/fql/sets/take-set.ts'
import { WhereSet } from '#src/fql/sets/where-set.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { CursorValue, END, MAX_PAGE_SIZE, type SetValue } from '#src/fql/values/set.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'
import { nothing, noValue } from './no-value.ts'
import { checkPageSize, pageObject } from './page.ts'
import { valueType } from './value-type.ts'

const PRED = { callbackNames: { predicate: 'pred' } }

// ---------------------------------------------------------------- lazy

const where = method(
  'where(predicate: A => Boolean | Null) => Set<A>',
  (ctx, self: SetValue, predicate: FunctionValue) => new WhereSet(self, predicate, ctx.at, traceOf(ctx)),
  PRED,
)
const map = method(
  'map(mapper: A => B) => Set<B>',
  (ctx, self: SetValue, mapper: FunctionValue) => new MapSet(self, mapper, ctx.at, traceOf(ctx)),
)
const flatMap = method(
  'flatMap(mapper: A => Set<B>) => Set<B>',
  (ctx, self: SetValue, mapper: FunctionValue) => new FlatMapSet(self, mapper, ctx.at, traceOf(ctx)),
)
const concat = method(
  'concat(other: Set<B>) => Set<A | B>',
  (_ctx, self: SetValue, other: SetValue) => new ConcatSet(self, other),
)
const distinct = method('distinct() => Set<A>', (_ctx, self: SetValue) => new DistinctSet(self))
const drop = method('drop(amount: Int) => Set<A>', (_ctx, self: SetValue, n: number) => new DropSet(self, n))
const order = method(
  'order(ordering: ...(A => Any) | { asc: A => Any } | { desc: A => Any }) => Set<A>',
  (ctx, self: SetValue, ...orderings: Value[]) => new OrderSet(self, orderingsOf(orderings), traceOf(ctx)),
)
const pageSize = method('pageSize(size: Int) => Set<A>', (_ctx, self: SetValue, size: number) => {
  checkPageSize(size)
  return new PagedSet(self, size)
})
const reverse = method('reverse() => Set<A>', (ctx, self: SetValue) => self.reverse(ctx))
const take = method('take(limit: Int) => Set<A>', (_ctx, self: SetValue, limit: number) => {
  if (limit < 0) throw fail.invalidBounds('limit', 'greater than 0', String(limit))
  return limit === 0 ? EMPTY_SET : new TakeSet(self, limit)
})
const toSet = method('toSet() => Set<A>', (_ctx, self: SetValue) => self)

// ---------------------------------------------------------------- eager

const first = method('first() => A | Null', (ctx, self: SetValue) => read.first(ctx, self))
const last = method('last() => A | Null', (ctx, self: SetValue) =>
  andThen(self.reverse(ctx), (backwards) => read.first(ctx, backwards)),
)
const firstWhere = method(
  'firstWhere(predicate: A => Boolean | Null) => A | Null',
  (ctx, self: SetValue, predicate: FunctionValue) => read.firstWhere(ctx, self, predicate),
  PRED,
)
/** Unlike `last` read whole, and so not led astray by sets that `reverse` leaves as they are. */
const lastWhere = method(
  'lastWhere(predicate: A => Boolean | Null) => A | Null',
  (ctx, self: SetValue, predicate: FunctionValue) => read.firstWhere(ctx, new ReversedSet(self), predicate),
  PRED,
)

const empty = (ctx: Context, set: SetValue): Eventual<boolean> =>
  andThen(set.iterate(ctx, 1).next(), (v) => v === END)
const isEmpty = method('isEmpty() => Boolean', (ctx, self: SetValue) => empty(ctx, self))
const nonEmpty = method('nonEmpty() => Boolean', (ctx, self: SetValue) =>
  andThen(empty(ctx, self), (none) => !none),
)

/** Costs a step for each element, like `count`. */
const toArray = method('toArray() => Array<A>', (ctx, self: SetValue) =>
  andThen(read.toArray(ctx, self), (elements) => {
    ctx.run.countElements(elements.length)
    return elements
  }),
)

const count = method('count() => Number', (ctx, self: SetValue) => {
  let n = 0
  const done = read.forEachElement(ctx, self, () => {
    n++
  })
  return andThen(done, () => {
    ctx.run.countElements(n)
    return integer(n)
  })
})

const paginate = method(
  [
    'paginate() => { data: Array<A>, after: String | Null }',
    'paginate(size: Int) => { data: Array<A>, after: String | Null }',
  ],
  (ctx, self: SetValue, size?: number) => {
    if (size !== undefined) checkPageSize(size)
    return andThen(read.firstPage(ctx, self, size), pageObject)
  },
)

/** Whether an element satisfies the test; asks no further. */
function some(ctx: Context, set: SetValue, test: (v: Value) => Eventual<boolean>): Eventual<boolean> {
  let found = false
  const done = read.visitLazily(ctx, set, (v) =>
    andThen(test(v), (yes) => {
      found = yes
      return !yes
    }),
  )
  return andThen(done, () => found)
}

const any = method(
  'any(predicate: A => Boolean | Null) => Boolean',
  (ctx, self: SetValue, predicate: FunctionValue) => some(ctx, self, (v) => callPredicate(ctx, predicate, v)),
)
const every = method(
  'every(predicate: A => Boolean | Null) => Boolean',
  (ctx, self: SetValue, predicate: FunctionValue) =>
    andThen(
      some(ctx, self, (v) => andThen(callPredicate(ctx, predicate, v), (yes) => !yes)),
      (exception) => !exception,
    ),
)
const includes = method('includes(element: A) => Boolean', (ctx, self: SetValue, wanted: Value) =>
  some(ctx, self, (v) => isElement(v, wanted)),
)

const forEach = method(
  'forEach(callback: A => Any) => Null',
  (ctx, self: SetValue, callback: FunctionValue) =>
    andThen(
      read.visitElements(ctx, self, (v) => andThen(call(ctx, callback, [v]), () => undefined)),
      () => nothing(ctx),
    ),
  { callbackNames: { callback: 'func' } },
)

/** Runs the reducer over the elements in order, the accumulator first. Without a seed the first element is it. */
function foldSet(
  ctx: Context,
  set: SetValue,
  seed: Value | undefined,
  reducer: FunctionValue,
): Eventual<Value | undefined> {
  let acc = seed
  const done = read.visitElements(ctx, set, (v) =>
    andThen(acc === undefined ? v : call(ctx, reducer, [acc, v]), (next) => {
      acc = next
    }),
  )
  return andThen(done, () => acc)
}

const fold = method(
  'fold(seed: B, reducer: (B, A) => B) => B',
  (ctx, self: SetValue, seed: Value, reducer: FunctionValue) =>
    foldSet(ctx, self, seed, reducer) as Eventual<Value>,
)
const foldRight = method(
  'foldRight(seed: B, reducer: (B, A) => B) => B',
  (ctx, self: SetValue, seed: Value, reducer: FunctionValue) =>
    andThen(self.reverse(ctx), (s) => foldSet(ctx, s, seed, reducer) as Eventual<Value>),
)
const reduceAll = (ctx: Context, set: SetValue, reducer: FunctionValue): Eventual<Value> =>
  andThen(foldSet(ctx, set, undefined, reducer), (v) => v ?? noValue(ctx, 'empty set'))
const reduce = method('reduce(reducer: (A, A) => A) => A | Null', reduceAll)
const reduceRight = method(
  'reduceRight(reducer: (A, A) => A) => A | Null',
  (ctx, self: SetValue, reducer: FunctionValue) =>
    andThen(self.reverse(ctx), (s) => reduceAll(ctx, s, reducer)),
)

/** As on arrays, in chunks: the combined chunks are combined from left to right. */
function aggregateSet(ctx: Context, set: SetValue, combiner: FunctionValue): Eventual<Value | undefined> {
  let acc: Value | undefined
  let chunk: Value[] = []
  const flush = (): Eventual<void> => {
    if (chunk.length === 0) return undefined
    const elements = chunk
    chunk = []
    return andThen(combinePairs(ctx, combiner, elements), (v) =>
      andThen(acc === undefined ? v : call(ctx, combiner, [acc, v]), (joined) => {
        acc = joined
      }),
    )
  }
  const done = read.forEachElement(ctx, set, (v) => (chunk.push(v) === MAX_PAGE_SIZE ? flush() : undefined))
  return andThen(done, () => andThen(flush(), () => acc))
}

const aggregate = method(
  'aggregate(seed: A, combiner: (A, A) => A) => A',
  (ctx, self: SetValue, seed: Value, combiner: FunctionValue) =>
    andThen(aggregateSet(ctx, self, combiner), (v) =>
      v === undefined ? seed : call(ctx, combiner, [v, seed]),
    ),
)

// ---------------------------------------------------------------- changes

const source = (name: string) =>
  method(`${name}() => EventSource<A>`, (ctx, self: SetValue) => eventSource(ctx, self, `.${name}()`))
const sourceOn = (name: string) =>
  method(
    `${name}(fields: ...A => Any) => EventSource<A>`,
    (ctx, self: SetValue, ...fields: FunctionValue[]) => eventSourceOn(ctx, self, fields, `.${name}()`),
  )

/** Methods that read all of a set, or make one that does. */
const FULL_READS: ReadonlySet<NativeDefinition> = new Set([
  aggregate,
  distinct,
  order,
  every,
  includes,
  toArray,
  fold,
  foldRight,
  forEach,
  reduce,
  reduceRight,
  count,
])

/** Tells those who want hints that a stored set is read whole (spec/language.md part 4). */
function hinting(m: NativeDefinition): NativeDefinition {
  if (!FULL_READS.has(m)) return m
  const text = `full_set_read - Using ${m.name}() causes the full set to be read. See https://docs.fauna.com/performance_hint/full_set_read.`
  const overloads = m.overloads.map(
    ({ signature, implementation }): Overload => ({
      signature,
      implementation: (ctx, self, ...args) => {
        if (ctx.run.wantsHints && isStored(self as SetValue)) ctx.run.hint(text)
        return implementation(ctx, self, ...args)
      },
    }),
  )
  return new NativeDefinition(m.name, overloads, m.effect)
}

export const setType = valueType({
  name: 'Set<Any>',
  typeName: 'Set',
  typeParams: ['A'],
  methods: [
    aggregate,
    any,
    sourceOn('changesOn'),
    concat,
    count,
    distinct,
    drop,
    source('eventSource'),
    sourceOn('eventsOn'),
    every,
    first,
    firstWhere,
    flatMap,
    fold,
    foldRight,
    forEach,
    includes,
    isEmpty,
    last,
    lastWhere,
    map,
    nonEmpty,
    order,
    pageSize,
    paginate,
    reduce,
    reduceRight,
    reverse,
    take,
    toArray,
    toSet,
    source('toStream'),
    where,
  ].map(hinting),
})

// ---------------------------------------------------------------- the module

const single = method('single(element: A) => Set<A>', (_ctx, _self: Value, e: Value) => new SingleSet(e))
const sequence = method(
  'sequence(from: Int, until: Int) => Set<Number>',
  (_ctx, _self: Value, from: number, until: number) => new SequenceSet(from, until),
)

/** A later page: what is left of the set, read as of the time of the first page (spec/data.md §8). */
function paginateCursor(ctx: Context, _self: Value, from: Value, size?: number): Eventual<Value> {
  if (size !== undefined) checkPageSize(size)
  const cursor = typeof from === 'string' ? decodeCursor(ctx, from) : from
  if (!(cursor instanceof CursorValue)) throw fail.wrongArgument('cursor', 'String', typeName(from))
  return andThen(read.firstPage(ctx.withPresent(cursor.at), cursor.set, size ?? cursor.pageSize), pageObject)
}

const paginateModule = method(
  [
    'paginate(cursor: String | SetCursor) => { data: Array<Any>, after: String | Null }',
    'paginate(cursor: String | SetCursor, size: Int) => { data: Array<Any>, after: String | Null }',
  ],
  paginateCursor,
  { unchecked: ['cursor'] },
)

export const setModule = declareModule({ name: 'Set', methods: [single, sequence, paginateModule] })
