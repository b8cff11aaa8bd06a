import type { Context } from '#src/fql/eval/context.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { toArray } from './read.ts'
import { type Part, registerShape, setPart } from './shapes.ts'
import { WholeSet } from './whole-set.ts'

/** A `take` or `drop` backwards: what it takes or drops is counted from the front, so it is read first. */
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
