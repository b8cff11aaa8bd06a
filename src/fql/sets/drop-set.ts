import type { Context } from '#src/fql/eval/context.ts'
import { END, MAX_PAGE_SIZE, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { mayFollow } from './may-follow.ts'
import { ReversedSet } from './reversed-set.ts'
import { intPart, type Part, registerShape, setPart } from './shapes.ts'

/** `drop`: all but the first `amount` elements. */
export class DropSet extends DerivedSet {
  readonly shape = 'drop'
  readonly inner: SetValue
  readonly amount: number

  constructor(inner: SetValue, amount: number) {
    super(depthOf(inner) + 1, inner.pageSize)
    this.inner = inner
    this.amount = amount
  }

  iterate(ctx: Context, size = MAX_PAGE_SIZE): SetIterator {
    const inner = this.inner.iterate(ctx, Math.min(size + this.amount, MAX_PAGE_SIZE))
    return new DropIterator(ctx, inner, this.amount)
  }

  reverse(): SetValue {
    return new ReversedSet(this)
  }

  parts(): readonly Part[] {
    return [this.inner, this.amount]
  }
}

class DropIterator implements SetIterator {
  private readonly ctx: Context
  private readonly inner: SetIterator
  private toDrop: number

  constructor(ctx: Context, inner: SetIterator, amount: number) {
    this.ctx = ctx
    this.inner = inner
    this.toDrop = amount
  }

  next(): Eventual<Value | typeof END> {
    while (this.toDrop > 0) {
      const pause = this.ctx.run.tick()
      const v = pause ? pause.then(() => this.inner.next()) : this.inner.next()
      if (v instanceof Promise) return v.then((x) => (this.drop(x) ? this.next() : END))
      if (!this.drop(v)) return END
    }
    return this.inner.next()
  }

  private drop(v: Value | typeof END): boolean {
    this.toDrop--
    return v !== END
  }

  rest(): SetValue {
    const inner = this.inner.rest()
    return this.toDrop > 0 ? new DropSet(inner, this.toDrop) : inner
  }

  more(size: number): Eventual<boolean> {
    if (this.toDrop > 0) return andThen(this.next(), (v) => v !== END)
    return mayFollow(this.inner, size)
  }
}

registerShape('drop', (_ctx, parts) => {
  const inner = setPart(parts[0])
  const amount = intPart(parts[1])
  return inner && amount !== undefined ? new DropSet(inner, amount) : undefined
})
