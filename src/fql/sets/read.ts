/** Reading sets: pages, whole, element by element. */

import { traceOf } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { WRITE } from '#src/fql/eval/effect.ts'
import { noValue } from '#src/fql/stdlib/no-value.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { MAX_ARRAY_LENGTH, tooManyElements } from '#src/fql/values/limits.ts'
import { CursorValue, DEFAULT_PAGE_SIZE, END, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex, repeat } from '#src/lib/eventual.ts'
import { mayFollow } from './may-follow.ts'
import { WhereSet } from './where-set.ts'

export interface Page {
  readonly data: readonly Value[]
  /** Absent on the last page. */
  readonly after: CursorValue | undefined
}

/** The first `size` elements, and where to go on; at the context's time, if a cursor brought one. */
export function firstPage(
  ctx: Context,
  set: SetValue,
  size = set.pageSize ?? DEFAULT_PAGE_SIZE,
): Eventual<Page> {
  const iterator = set.iterate(ctx, size)
  const data: Value[] = []
  const done = repeat(() => {
    if (data.length === size) return false
    const pause = ctx.run.tick()
    return pause ? pause.then(() => takeOne(iterator, data)) : takeOne(iterator, data)
  })
  return done instanceof Promise
    ? done.then(() => finishPage(ctx, iterator, data, size))
    : finishPage(ctx, iterator, data, size)
}

function takeOne(iterator: SetIterator, data: Value[]): Eventual<boolean> {
  const v = iterator.next()
  if (v instanceof Promise) return v.then((x) => keep(x, data))
  return keep(v, data)
}

const keep = (v: Value | typeof END, data: Value[]): boolean => v !== END && data.push(v) > 0

function finishPage(
  ctx: Context,
  iterator: SetIterator,
  data: readonly Value[],
  size: number,
): Eventual<Page> {
  if (data.length < size) return { data, after: undefined }
  const rest = iterator.rest()
  return andThen(mayFollow(iterator, size), (more) => ({
    data,
    after: more ? new CursorValue(rest, data.length, ctx.present) : undefined,
  }))
}

/** Calls `visit`, which writes nothing, for every element in order until it answers `false`. */
export function forEachElement(
  ctx: Context,
  set: SetValue,
  visit: (v: Value) => Eventual<unknown>,
): Eventual<void> {
  const iterator = set.iterate(ctx)
  return repeat(() => {
    const pause = ctx.run.tick()
    return pause ? pause.then(() => visitOne(iterator, visit)) : visitOne(iterator, visit)
  })
}

/** Elements that are read before the first of them is visited, as in the reference. */
const READ_AHEAD = MAX_ARRAY_LENGTH

/**
 * The same with a `visit` that may write: what it writes does not change which elements are visited, as long as there
 * are no more than are read ahead.
 */
export function visitElements(
  ctx: Context,
  set: SetValue,
  visit: (v: Value) => Eventual<unknown>,
): Eventual<void> {
  return ctx.effect.max < WRITE ? forEachElement(ctx, set, visit) : visitAhead(ctx, set.iterate(ctx), visit)
}

/** The same, but reads ahead only once something has been written: for what mostly stops early and writes nothing. */
export function visitLazily(
  ctx: Context,
  set: SetValue,
  visit: (v: Value) => Eventual<unknown>,
): Eventual<void> {
  const iterator = set.iterate(ctx)
  const { writes } = ctx.run
  let more = true
  const noted = (goesOn: boolean): boolean => {
    more = goesOn
    return more && ctx.run.writes === writes
  }
  const done = repeat(() => {
    const pause = ctx.run.tick()
    const next = pause ? pause.then(() => visitOne(iterator, visit)) : visitOne(iterator, visit)
    return andThen(next, noted)
  })
  return andThen(done, () => (more ? visitAhead(ctx, iterator, visit) : undefined))
}

function visitAhead(
  ctx: Context,
  iterator: SetIterator,
  visit: (v: Value) => Eventual<unknown>,
): Eventual<void> {
  return repeat(() =>
    andThen(readAhead(ctx, iterator), (elements) => {
      let more = elements.length === READ_AHEAD
      const done = eachIndex(elements.length, (i) =>
        andThen(visit(elements[i] as Value), (answer) => {
          if (answer === false) more = false
          return answer
        }),
      )
      return andThen(done, () => more)
    }),
  )
}

function readAhead(ctx: Context, iterator: SetIterator): Eventual<Value[]> {
  const elements: Value[] = []
  const done = repeat(() => {
    if (elements.length === READ_AHEAD) return false
    const pause = ctx.run.tick()
    return pause ? pause.then(() => takeOne(iterator, elements)) : takeOne(iterator, elements)
  })
  return andThen(done, () => elements)
}

function visitOne(iterator: SetIterator, visit: (v: Value) => Eventual<unknown>): Eventual<boolean> {
  const v = iterator.next()
  if (v instanceof Promise) return v.then((x) => x !== END && goesOn(visit(x)))
  return v !== END && goesOn(visit(v))
}

const goesOn = (answer: Eventual<unknown>): Eventual<boolean> =>
  answer instanceof Promise ? answer.then((a) => a !== false) : answer !== false

/** All elements; `value_too_large` beyond 16 000. The array is the caller's own. */
export function toArray(ctx: Context, set: SetValue): Eventual<Value[]> {
  const out: Value[] = []
  const done = forEachElement(ctx, set, (v) => {
    if (out.push(v) > MAX_ARRAY_LENGTH) throw tooManyElements()
  })
  return done instanceof Promise ? done.then(() => out) : out
}

/** The first element, or a null that says `empty set`. */
export const first = (ctx: Context, set: SetValue): Eventual<Value> =>
  andThen(set.iterate(ctx, 1).next(), (v) => (v === END ? noValue(ctx, 'empty set') : v))

/** `firstWhere`: the predicate may only read. */
export const firstWhere = (ctx: Context, set: SetValue, predicate: FunctionValue): Eventual<Value> =>
  first(ctx, new WhereSet(set, predicate, ctx.at, traceOf(ctx)))
