import type { Context } from '#src/fql/eval/context.ts'
import { compareValues } from '#src/fql/values/order.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { withoutRepeats } from './elements.ts'
import { toArray } from './read.ts'
import { type Part, registerShape, setPart } from './shapes.ts'
import { WholeSet } from './whole-set.ts'

/** `distinct`: what remains is sorted by the total order (spec/data.md §7.2). */
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

registerShape('distinct', (_ctx, [inner]) => {
  const set = setPart(inner)
  return set && new DistinctSet(set)
})
