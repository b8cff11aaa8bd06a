import type { Context } from '#src/fql/eval/context.ts'
import { END, MAX_PAGE_SIZE, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { EMPTY_SET } from './array-set.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { mayFollow } from './may-follow.ts'
import { ReversedSet } from './reversed-set.ts'
import { intPart, type Part, registerShape, setPart } from './shapes.ts'

/** `take`: the first `limit` (> 0) elements. */
export class TakeSet extends DerivedSet {
  readonly shape = 'take'
  readonly inner: SetValue
  readonly limit: number

  constructor(inner: SetValue, limit: number) {
    super(depthOf(inner) + 1, inner.pageSize)
    this.inner = inner
    this.limit = limit
  }

  iterate(ctx: Context, size = MAX_PAGE_SIZE): SetIterator {
    return new TakeIterator(this.inner.iterate(ctx, Math.min(size, this.limit)), this.limit)
  }

  reverse(): SetValue {
    return new ReversedSet(this)
  }

  parts(): readonly Part[] {
    return [this.inner, this.limit]
  }
}

class TakeIterator implements SetIterator {
  private readonly inner: SetIterator
  private left: number

  constructor(inner: SetIterator, limit: number) {
    this.inner = inner
    this.left = limit
  }

  next(): Eventual<Value | typeof END> {
    if (this.left <= 0) return END
    this.left--
    return this.inner.next()
  }

  rest(): SetValue {
    return this.left <= 0 ? EMPTY_SET : new TakeSet(this.inner.rest(), this.left)
  }

  more(size: number): Eventual<boolean> {
    return this.left > 0 && mayFollow(this.inner, size)
  }
}

registerShape('take', (_ctx, parts) => {
  const inner = setPart(parts[0])
  const limit = intPart(parts[1])
  return inner && limit !== undefined ? new TakeSet(inner, limit) : undefined
})
