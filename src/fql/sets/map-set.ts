import { call, inTrace } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { SET_FUNCTIONS } from '#src/fql/eval/effect.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { END, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { mayFollow } from './may-follow.ts'
import { functionPart, type Part, registerShape, setPart, timeOf, timePart } from './shapes.ts'

/** `map` and projection: the mapper, run as of `at`, applied to each element. */
export class MapSet extends DerivedSet {
  readonly shape = 'map'
  readonly inner: SetValue
  readonly mapper: FunctionValue
  readonly at: number | undefined
  /** Where it was made. */
  readonly trace: readonly Span[]

  constructor(inner: SetValue, mapper: FunctionValue, at?: number, trace: readonly Span[] = []) {
    super(depthOf(inner) + 1, inner.pageSize)
    this.inner = inner
    this.mapper = mapper
    this.at = at
    this.trace = trace
  }

  iterate(ctx: Context, size?: number): SetIterator {
    return new MapIterator(this, this.inner.iterate(ctx, size), ctx.limited(SET_FUNCTIONS).readingAt(this.at))
  }

  reverse(ctx: Context): Eventual<SetValue> {
    return andThen(this.inner.reverse(ctx), (inner) => new MapSet(inner, this.mapper, this.at, this.trace))
  }

  parts(): readonly Part[] {
    return [this.inner, this.mapper, timePart(this.at)]
  }
}

class MapIterator implements SetIterator {
  private readonly set: MapSet
  private readonly inner: SetIterator
  private readonly ctx: Context

  constructor(set: MapSet, inner: SetIterator, ctx: Context) {
    this.set = set
    this.inner = inner
    this.ctx = ctx
  }

  next(): Eventual<Value | typeof END> {
    const v = this.inner.next()
    return v instanceof Promise ? v.then((x) => this.map(x)) : this.map(v)
  }

  private map(v: Value | typeof END): Eventual<Value | typeof END> {
    if (v === END) return END
    return inTrace(this.ctx, this.set.trace, () => call(this.ctx, this.set.mapper, [v]))
  }

  rest(): SetValue {
    return new MapSet(this.inner.rest(), this.set.mapper, this.set.at, this.set.trace)
  }

  more(size: number): Eventual<boolean> {
    return mayFollow(this.inner, size)
  }
}

registerShape('map', (_ctx, parts) => {
  const inner = setPart(parts[0])
  const mapper = functionPart(parts[1])
  return inner && mapper && new MapSet(inner, mapper, timeOf(parts[2]))
})
