/** What arrays and sets do alike, on elements that are at hand (spec/data.md §7.2). */

import * as fail from '#src/fql/errors/catalogue.ts'
import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { accepts, arityOf, type FunctionValue, isFunction } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { Double, isNumber, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { valueKey } from '#src/fql/values/value-key.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Ordering } from './ordering.ts'

/** Whether an element is the one searched for: `==`, but numbers are no IDs, NaN is never found, and −0 is 0. */
export const isElement = (v: Value, wanted: Value): boolean =>
  isNumber(v) || isNumber(wanted)
    ? isNumber(v) && isNumber(wanted) && sameAmount(amountOf(v), amountOf(wanted))
    : sameValue(v, wanted)

type Amount = number | bigint

const amountOf = (n: Amount | Double): Amount => (n instanceof Double ? n.value : n)
const sameAmount = (a: Amount, b: Amount): boolean => a <= b && a >= b

/** First occurrences. Repeats are found by hash, as in the reference: `1` and `1.0` both stay. */
export function withoutRepeats(elements: readonly Value[]): Value[] {
  const seen = new Map<string, Value>()
  for (const v of elements) {
    const key = valueKey(v)
    if (!seen.has(key)) seen.set(key, v)
  }
  return [...seen.values()]
}

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
