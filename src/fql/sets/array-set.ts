import type { Context } from '#src/fql/eval/context.ts'
import { END, type SetIterator, SetValue } from '#src/fql/values/set.ts'
import { isArray, type Value } from '#src/fql/values/value.ts'
import { registerShape } from './shapes.ts'

/** The elements of an array; also what remains of a set that was read whole. */
export class ArraySet extends SetValue {
  readonly shape = 'array'
  readonly pageSize = undefined
  readonly elements: readonly Value[]

  constructor(elements: readonly Value[]) {
    super()
    this.elements = elements
  }

  iterate(_ctx: Context): SetIterator {
    return new ArrayIterator(this.elements)
  }

  reverse(): SetValue {
    return new ArraySet(this.elements.toReversed())
  }

  parts(): readonly Value[] {
    return [this.elements]
  }
}

export class ArrayIterator implements SetIterator {
  private readonly elements: readonly Value[]
  private index = 0

  constructor(elements: readonly Value[]) {
    this.elements = elements
  }

  next(): Value | typeof END {
    return this.index < this.elements.length ? (this.elements[this.index++] as Value) : END
  }

  rest(): SetValue {
    return this.index === this.elements.length ? EMPTY_SET : new ArraySet(this.elements.slice(this.index))
  }

  more(): boolean {
    return this.index < this.elements.length
  }
}

export const EMPTY_SET: SetValue = new ArraySet([])

registerShape('array', (_ctx, [elements]) =>
  elements !== undefined && isArray(elements) ? new ArraySet(elements) : undefined,
)
