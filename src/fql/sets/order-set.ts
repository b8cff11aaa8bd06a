import { inTrace } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { isFunction } from '#src/fql/values/function.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import { isArray, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { type Ordering, sortBy } from './ordering.ts'
import { toArray } from './read.ts'
import { type Part, registerShape, setPart } from './shapes.ts'
import { WholeSet } from './whole-set.ts'

/** `order`: read whole and sorted when the first element is asked for. */
export class OrderSet extends WholeSet {
  readonly shape = 'order'
  readonly orderings: readonly Ordering[]
  /** Where it was made. */
  readonly trace: readonly Span[]

  constructor(inner: SetValue, orderings: readonly Ordering[], trace: readonly Span[] = []) {
    super(inner)
    this.orderings = orderings
    this.trace = trace
  }

  protected load(ctx: Context): Eventual<readonly Value[]> {
    return andThen(toArray(ctx, this.inner), (elements) =>
      inTrace(ctx, this.trace, () => sortBy(ctx, elements, this.orderings)),
    )
  }

  /** Each key the other way round; without keys nothing changes (spec/data.md §7.4). */
  reverse(): SetValue {
    return new OrderSet(
      this.inner,
      this.orderings.map((o) => ({ accessor: o.accessor, descending: !o.descending })),
      this.trace,
    )
  }

  parts(): readonly Part[] {
    return [this.inner, this.orderings.map((o) => o.accessor), this.orderings.map((o) => o.descending)]
  }
}

registerShape('order', (_ctx, [set, accessors, directions]) => {
  const inner = setPart(set)
  if (!inner || !accessors || !isArray(accessors) || !directions || !isArray(directions)) return undefined
  const functions = accessors.filter(isFunction)
  if (functions.length !== accessors.length) return undefined
  return new OrderSet(
    inner,
    functions.map((accessor, i) => ({ accessor, descending: directions[i] === true })),
  )
})
