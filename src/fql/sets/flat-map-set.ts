import * as fail from '#src/fql/errors/catalogue.ts'
import { call, inTrace } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { SET_FUNCTIONS } from '#src/fql/eval/effect.ts'
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { END, type SetIterator, SetValue } from '#src/fql/values/set.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { mayFollow } from './may-follow.ts'
import { functionPart, type Part, registerShape, setPart, timeOf, timePart } from './shapes.ts'

/** `flatMap`: for each element of `outer` the elements of the set that the mapper makes of it. */
export class FlatMapSet extends DerivedSet {
  readonly shape = 'flatMap'
  readonly outer: SetValue
  readonly mapper: FunctionValue
  readonly at: number | undefined
  /** The mapper's sets are reversed, as `outer` already is. */
  readonly reversed: boolean
  /** What is left of the mapper's last set, in the rest of an iteration. */
  readonly current: SetValue | undefined
  /** Where it was made. */
  readonly trace: readonly Span[]

  constructor(
    outer: SetValue,
    mapper: FunctionValue,
    at?: number,
    trace: readonly Span[] = [],
    reversed = false,
    current?: SetValue,
  ) {
    super(Math.max(depthOf(outer), current ? depthOf(current) : 0) + 1, outer.pageSize)
    this.outer = outer
    this.mapper = mapper
    this.at = at
    this.reversed = reversed
    this.trace = trace
    this.current = current
  }

  iterate(ctx: Context): SetIterator {
    return new FlatMapIterator(this, ctx)
  }

  reverse(ctx: Context): Eventual<SetValue> {
    return andThen(
      this.outer.reverse(ctx),
      (o) => new FlatMapSet(o, this.mapper, this.at, this.trace, !this.reversed),
    )
  }

  parts(): readonly Part[] {
    return [this.outer, this.mapper, timePart(this.at), this.reversed, this.current]
  }
}

/** A set nested deeper than this is read on a JS stack of its own. */
const SHALLOW = 8

class FlatMapIterator implements SetIterator {
  private readonly set: FlatMapSet
  private readonly ctx: Context
  private readonly mapperCtx: Context
  private readonly outer: SetIterator
  private current: SetIterator | undefined
  private deep = false

  constructor(set: FlatMapSet, ctx: Context) {
    this.set = set
    this.ctx = ctx
    this.mapperCtx = ctx.limited(SET_FUNCTIONS).readingAt(set.at)
    this.outer = set.outer.iterate(ctx)
    if (set.current) this.open(set.current)
  }

  private open(inner: SetValue): void {
    this.deep = depthOf(inner) > SHALLOW
    this.current = inner.iterate(this.ctx)
  }

  /**
   * A mapper may make a flatMap set again, and so on without end: reading counts as a call, so that the limit of
   * nested calls ends it and the JS stack is renewed in time.
   */
  next(): Eventual<Value | typeof END> {
    const { run } = this.ctx
    const pause = run.enter(NO_SPAN) ?? (this.deep ? Promise.resolve() : undefined)
    const v = pause ? pause.then(() => this.advance()) : this.advance()
    if (v instanceof Promise)
      return v.then((x) => {
        run.leave()
        return x
      })
    run.leave()
    return v
  }

  private advance(): Eventual<Value | typeof END> {
    for (;;) {
      if (this.current) {
        const v = this.current.next()
        if (v instanceof Promise) return v.then((x) => (x === END ? this.leaveCurrent() : x))
        if (v !== END) return v
        this.current = undefined
      }
      const opened = this.openNext()
      if (opened instanceof Promise) return opened.then((more) => (more ? this.advance() : END))
      if (!opened) return END
    }
  }

  private leaveCurrent(): Eventual<Value | typeof END> {
    this.current = undefined
    return this.advance()
  }

  /** False at the end of the outer set. */
  private openNext(): Eventual<boolean> {
    return andThen(this.outer.next(), (v) => {
      if (v === END) return false
      return andThen(this.made(v), (made) => {
        return andThen(this.set.reversed ? made.reverse(this.mapperCtx) : made, (inner) => {
          this.open(inner)
          return true
        })
      })
    })
  }

  private made(v: Value): Eventual<SetValue> {
    const { mapper, trace } = this.set
    return inTrace(this.ctx, trace, () =>
      andThen(call(this.mapperCtx, mapper, [v]), (made) => {
        if (made instanceof SetValue) return made
        throw fail.typeMismatch('Set<Any>', typeName(made))
      }),
    )
  }

  rest(): SetValue {
    const { mapper, at, trace, reversed } = this.set
    return new FlatMapSet(this.outer.rest(), mapper, at, trace, reversed, this.current?.rest())
  }

  more(size: number): Eventual<boolean> {
    const inCurrent = this.current ? mayFollow(this.current, size) : false
    return andThen(inCurrent, (more) => more || mayFollow(this.outer, 1))
  }
}

registerShape('flatMap', (_ctx, parts) => {
  const outer = setPart(parts[0])
  const mapper = functionPart(parts[1])
  if (!outer || !mapper) return undefined
  return new FlatMapSet(outer, mapper, timeOf(parts[2]), [], parts[3] === true, setPart(parts[4]))
})
