import type { Context } from '#src/fql/eval/context.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { compareValues } from '#src/fql/values/order.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { toArray } from './read.ts'
import { type Part, registerShape, setPart } from './shapes.ts'
import { WholeSet } from './whole-set.ts'

/** `distinct`: sorted by the total order, so that equal elements are neighbours (spec/data.md §7.2). */
export class DistinctSet extends WholeSet {
  readonly shape = 'distinct'

  protected load(ctx: Context): Eventual<readonly Value[]> {
    return andThen(toArray(ctx, this.inner), (elements) => withoutRepeats(elements.sort(compareValues)))
  }

  /** Sorted all the same. */
  reverse(): SetValue {
    return this
  }

  parts(): readonly Part[] {
    return [this.inner]
  }
}

const withoutRepeats = (sorted: readonly Value[]): Value[] =>
  sorted.filter((v, i) => i === 0 || !sameValue(sorted[i - 1] as Value, v))

registerShape('distinct', (_ctx, [inner]) => {
  const set = setPart(inner)
  return set && new DistinctSet(set)
})
