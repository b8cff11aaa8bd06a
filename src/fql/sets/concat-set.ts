import type { Context } from '#src/fql/eval/context.ts'
import { END, type SetIterator, type SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import { EMPTY_SET } from './array-set.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { mayFollow } from './may-follow.ts'
import { registerShape, setPart } from './shapes.ts'

/**
 * `concat`. A chain of many is a tree of pairs, but reads, reverses and travels as a flat list: it may be as long as the
 * loop that made it, and is not nested the deeper for it.
 */
export class ConcatSet extends DerivedSet {
  readonly shape = 'concat'
  readonly first: SetValue
  readonly second: SetValue

  constructor(first: SetValue, second: SetValue) {
    super(Math.max(levelOf(first), levelOf(second)), undefined)
    this.first = first
    this.second = second
  }

  static of(sets: readonly SetValue[]): SetValue {
    return sets.length === 0 ? EMPTY_SET : sets.reduce((a, b) => new ConcatSet(a, b))
  }

  iterate(ctx: Context): SetIterator {
    return new ConcatIterator(ctx, [this])
  }

  reverse(ctx: Context): Eventual<SetValue> {
    return andThen(
      mapInOrder(this.parts().toReversed(), (s) => s.reverse(ctx)),
      ConcatSet.of,
    )
  }

  /** The sets in order, none of them a concat. */
  parts(): readonly SetValue[] {
    const flat: SetValue[] = []
    const pending: SetValue[] = [this]
    for (let s = pending.pop(); s; s = pending.pop())
      if (s instanceof ConcatSet) pending.push(s.second, s.first)
      else flat.push(s)
    return flat
  }
}

const levelOf = (set: SetValue): number => (set instanceof ConcatSet ? set.depth : depthOf(set) + 1)

class ConcatIterator implements SetIterator {
  private readonly ctx: Context
  /** Sets not begun, the next one last. */
  private readonly pending: SetValue[]
  private current: SetIterator | undefined
  /** Elements taken from sets before the current one. */
  private taken = 0
  private takenHere = 0

  constructor(ctx: Context, pending: SetValue[]) {
    this.ctx = ctx
    this.pending = pending
  }

  next(): Eventual<Value | typeof END> {
    for (;;) {
      const current = this.current ?? this.open()
      if (!current) return END
      const v = current.next()
      if (v instanceof Promise) return v.then((x) => (this.accept(x) ? x : this.next()))
      if (this.accept(v)) return v
    }
  }

  private open(): SetIterator | undefined {
    for (let s = this.pending.pop(); s; s = this.pending.pop()) {
      if (!(s instanceof ConcatSet)) {
        this.current = s.iterate(this.ctx)
        return this.current
      }
      this.pending.push(s.second, s.first)
    }
    return undefined
  }

  private accept(v: Value | typeof END): boolean {
    if (v !== END) this.takenHere++
    else {
      this.current = undefined
      this.taken += this.takenHere
      this.takenHere = 0
    }
    return v !== END
  }

  rest(): SetValue {
    const sets = this.pending.toReversed()
    return ConcatSet.of(this.current ? [this.current.rest(), ...sets] : sets)
  }

  /** When a set ends exactly with the page, the next one is not looked into: the last page may be empty. */
  more(size: number): Eventual<boolean> {
    if (this.pending.length > 0) return true
    return this.current ? mayFollow(this.current, Math.max(size - this.taken, 1)) : false
  }
}

registerShape('concat', (_ctx, parts) => {
  const sets = parts.map(setPart).filter((s) => s !== undefined)
  return sets.length === parts.length ? ConcatSet.of(sets) : undefined
})
