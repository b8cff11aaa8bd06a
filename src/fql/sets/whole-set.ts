import type { Context } from '#src/fql/eval/context.ts'
import type { END, SetIterator, SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { ArrayIterator } from './array-set.ts'
import { DerivedSet, depthOf } from './derived-set.ts'

/** A set whose first element is known only when all of the inner set has been read (at most 16 000 elements). */
export abstract class WholeSet extends DerivedSet {
  readonly inner: SetValue

  constructor(inner: SetValue) {
    super(depthOf(inner) + 1, inner.pageSize)
    this.inner = inner
  }

  /** All elements in order. */
  protected abstract load(ctx: Context): Eventual<readonly Value[]>

  iterate(ctx: Context): SetIterator {
    return new WholeIterator(this, () => this.load(ctx))
  }
}

class WholeIterator implements SetIterator {
  private readonly set: SetValue
  private readonly load: () => Eventual<readonly Value[]>
  private loaded: ArrayIterator | undefined

  constructor(set: SetValue, load: () => Eventual<readonly Value[]>) {
    this.set = set
    this.load = load
  }

  private open(): Eventual<ArrayIterator> {
    return this.loaded ?? andThen(this.load(), (elements) => (this.loaded = new ArrayIterator(elements)))
  }

  next(): Eventual<Value | typeof END> {
    return this.loaded ? this.loaded.next() : andThen(this.open(), (it) => it.next())
  }

  rest(): SetValue {
    return this.loaded?.rest() ?? this.set
  }

  more(): Eventual<boolean> {
    return andThen(this.open(), (it) => it.more())
  }
}
