import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { SET_FUNCTIONS } from '#src/fql/eval/effect.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { compareValues } from '#src/fql/values/order.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'

/** One key of `order`. */
export interface Ordering {
  readonly accessor: FunctionValue
  readonly descending: boolean
}

interface Keyed {
  readonly value: Value
  readonly keys: readonly Value[]
}

/** Sorted by the keys, stably; without keys by the elements themselves. Accessors may only read. */
export function sortBy(
  ctx: Context,
  elements: readonly Value[],
  orderings: readonly Ordering[],
): Eventual<Value[]> {
  if (orderings.length === 0) return elements.toSorted(compareValues)
  const reading = ctx.limited(SET_FUNCTIONS)
  const keyed = mapInOrder(elements, (value) =>
    andThen(
      mapInOrder(orderings, (o) => call(reading, o.accessor, [value])),
      (keys): Keyed => ({ value, keys }),
    ),
  )
  return andThen(keyed, (ks) => ks.sort((a, b) => compareKeys(orderings, a, b)).map((k) => k.value))
}

function compareKeys(orderings: readonly Ordering[], a: Keyed, b: Keyed): number {
  for (let i = 0; i < orderings.length; i++) {
    const c = compareValues(a.keys[i] as Value, b.keys[i] as Value)
    if (c !== 0) return orderings[i]?.descending ? -c : c
  }
  return 0
}
