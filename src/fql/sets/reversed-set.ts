import type { Context } from '#src/fql/eval/context.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { toArray } from './read.ts'
import { type Part, registerShape, setPart } from './shapes.ts'
import { WholeSet } from './whole-set.ts'

/** Any set backwards, read first: a `take` or `drop`, which counts from the front, or what `lastWhere` looks through. */
export class ReversedSet extends WholeSet {
  readonly shape = 'reversed'

  protected load(ctx: Context): Eventual<readonly Value[]> {
    return andThen(toArray(ctx, this.inner), (elements) => elements.reverse())
  }

  reverse(): SetValue {
    return this.inner
  }

  parts(): readonly Part[] {
    return [this.inner]
  }
}

registerShape('reversed', (_ctx, [inner]) => {
  const set = setPart(inner)
  return set && new ReversedSet(set)
})
