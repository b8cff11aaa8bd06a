/** What arrays and sets do alike, on elements that are at hand (spec/data.md §7.2). */

import * as fail from '#src/fql/errors/catalogue.ts'
import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { accepts, arityOf, type FunctionValue, isFunction } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { Double, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Ordering } from './ordering.ts'

/** Whether an element is the one searched for: `==`, but NaN is never found. */
export const isElement = (v: Value, wanted: Value): boolean =>
  !(v instanceof Double && Number.isNaN(v.value)) && sameValue(v, wanted)

/** Combines neighbours in pairs, level by level, until one is left; an odd last one is carried. Not for empty lists. */
export function combinePairs(
  ctx: Context,
  combiner: FunctionValue,
  elements: readonly Value[],
): Eventual<Value> {
  if (elements.length === 1) return elements[0] as Value
  const next: Value[] = []
  const done = eachIndex(elements.length >> 1, (i) =>
    andThen(call(ctx, combiner, [elements[2 * i] as Value, elements[2 * i + 1] as Value]), (v) => {
      next.push(v)
    }),
  )
  return andThen(done, () => {
    if (elements.length % 2 === 1) next.push(elements.at(-1) as Value)
    return combinePairs(ctx, combiner, next)
  })
}

/** Reads the arguments of `order`. */
export const orderingsOf = (args: readonly Value[]): Ordering[] => args.map(readOrdering)

function readOrdering(arg: Value, position: number): Ordering {
  const name = `ordering${position}`
  const [direction, accessor] = directionOf(arg)
  if (accessor === undefined || !isFunction(accessor))
    throw fail.wrongArgument(name, 'Function', typeName(arg))
  const arity = arityOf(accessor)
  if (!accepts(arity, 1)) throw fail.wrongCallbackArity(name, 1, arity)
  return { accessor, descending: direction === 'desc' }
}

/** `f`, `{ asc: f }` or `{ desc: f }`. */
function directionOf(arg: Value): readonly [direction: string, accessor: Value | undefined] {
  if (!(arg instanceof ObjectValue)) return ['asc', arg]
  const [only] = arg.fields
  if (arg.fields.size !== 1 || !only || (only[0] !== 'asc' && only[0] !== 'desc')) return ['asc', undefined]
  return only
}
