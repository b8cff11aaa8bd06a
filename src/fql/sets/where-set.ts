import { callPredicate, inTrace } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { SET_FUNCTIONS } from '#src/fql/eval/effect.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { END, MAX_PAGE_SIZE, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { mayFollow } from './may-follow.ts'
import { functionPart, type Part, registerShape, setPart, timeOf, timePart } from './shapes.ts'

/** Elements that a page of the reference has at least when it is filtered. */
const LEAST_FILTERED = 16

/** `where`: the elements for which the predicate, run as of `at`, holds. */
export class WhereSet extends DerivedSet {
  readonly shape = 'where'
  readonly inner: SetValue
  readonly predicate: FunctionValue
  readonly at: number | undefined
  /** Where it was made. */
  readonly trace: readonly Span[]

  constructor(inner: SetValue, predicate: FunctionValue, at?: number, trace: readonly Span[] = []) {
    super(depthOf(inner) + 1, inner.pageSize)
    this.inner = inner
    this.predicate = predicate
    this.at = at
    this.trace = trace
  }

  iterate(ctx: Context, size = MAX_PAGE_SIZE): SetIterator {
    const inner = this.inner.iterate(ctx, Math.max(size, LEAST_FILTERED))
    return new WhereIterator(this, inner, ctx.limited(SET_FUNCTIONS).readingAt(this.at))
  }

  reverse(ctx: Context): Eventual<SetValue> {
    return andThen(
      this.inner.reverse(ctx),
      (inner) => new WhereSet(inner, this.predicate, this.at, this.trace),
    )
  }

  parts(): readonly Part[] {
    return [this.inner, this.predicate, timePart(this.at)]
  }
}

/** Elements that are looked at in the first go for a page, at least; every further go looks at so many times more. */
const FIRST_CHUNK = 16
const CHUNK_GROWTH = 4

class WhereIterator implements SetIterator {
  private readonly set: WhereSet
  private readonly inner: SetIterator
  private readonly ctx: Context
  /** Elements read from the inner set. */
  private read = 0

  constructor(set: WhereSet, inner: SetIterator, ctx: Context) {
    this.set = set
    this.inner = inner
    this.ctx = ctx
  }

  next(): Eventual<Value | typeof END> {
    return this.search(Number.POSITIVE_INFINITY)
  }

  /** The next match among the elements before the `limit`-th. */
  private search(limit: number): Eventual<Value | typeof END> {
    while (this.read < limit) {
      const v = this.inner.next()
      if (v instanceof Promise) return this.searchOn(v, undefined, limit)
      if (v === END) return END
      this.read++
      const holds = this.holds(v)
      if (holds instanceof Promise) return this.searchOn(v, holds, limit)
      if (holds) return v
    }
    return END
  }

  private holds(v: Value): Eventual<boolean> {
    return inTrace(this.ctx, this.set.trace, () => callPredicate(this.ctx, this.set.predicate, v))
  }

  private async searchOn(
    element: Eventual<Value | typeof END>,
    verdict: Promise<boolean> | undefined,
    limit: number,
  ): Promise<Value | typeof END> {
    const v = await element
    if (v === END) return END
    if (verdict === undefined) this.read++
    return (await (verdict ?? this.holds(v))) ? v : this.search(limit)
  }

  rest(): SetValue {
    return new WhereSet(this.inner.rest(), this.set.predicate, this.set.at, this.set.trace)
  }

  /** Looks on to the end of the chunk in hand only: a search through the rest of a collection might not end. */
  more(size: number): Eventual<boolean> {
    let chunk = Math.max(size, FIRST_CHUNK)
    let limit = chunk
    while (limit < this.read) {
      chunk = Math.min(chunk * CHUNK_GROWTH, MAX_PAGE_SIZE)
      limit += chunk
    }
    return andThen(this.search(limit), (v) => {
      if (v !== END) return true
      return this.read < limit ? false : mayFollow(this.inner, chunk)
    })
  }
}

registerShape('where', (_ctx, parts) => {
  const inner = setPart(parts[0])
  const predicate = functionPart(parts[1])
  return inner && predicate && new WhereSet(inner, predicate, timeOf(parts[2]))
})
