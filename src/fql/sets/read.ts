/** Reading sets: pages, whole, element by element. */

import { traceOf } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { noValue } from '#src/fql/stdlib/no-value.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { MAX_ARRAY_LENGTH, tooManyElements } from '#src/fql/values/limits.ts'
import { CursorValue, DEFAULT_PAGE_SIZE, END, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, repeat } from '#src/lib/eventual.ts'
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
  const iterator = set.iterate(ctx)
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

/** Calls `visit` for every element in order until it answers `false`. */
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
  andThen(set.iterate(ctx).next(), (v) => (v === END ? noValue(ctx, 'empty set') : v))

/** `firstWhere`: the predicate may only read. */
export const firstWhere = (ctx: Context, set: SetValue, predicate: FunctionValue): Eventual<Value> =>
  first(ctx, new WhereSet(set, predicate, ctx.at, traceOf(ctx)))
