import { type SetIterator, SetValue } from '#src/fql/values/set.ts'
import type { Value } from '#src/fql/values/value.ts'
import { ArrayIterator } from './array-set.ts'
import { registerShape } from './shapes.ts'

/** `Set.single(element)` */
export class SingleSet extends SetValue {
  readonly shape = 'single'
  readonly pageSize = undefined
  readonly element: Value

  constructor(element: Value) {
    super()
    this.element = element
  }

  iterate(): SetIterator {
    return new ArrayIterator([this.element])
  }

  reverse(): SetValue {
    return this
  }

  parts(): readonly Value[] {
    return [this.element]
  }
}

registerShape('single', (_ctx, [element]) => (element === undefined ? undefined : new SingleSet(element)))
