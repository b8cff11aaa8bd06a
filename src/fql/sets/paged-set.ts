import type { Context } from '#src/fql/eval/context.ts'
import type { SetIterator, SetValue } from '#src/fql/values/set.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { DerivedSet, depthOf } from './derived-set.ts'
import { intPart, type Part, registerShape, setPart } from './shapes.ts'

/** `pageSize`: the same elements, in pages of another size when none is asked for. */
export class PagedSet extends DerivedSet {
  readonly shape = 'paged'
  readonly inner: SetValue

  constructor(inner: SetValue, pageSize: number) {
    super(depthOf(inner) + 1, pageSize)
    this.inner = inner
  }

  iterate(ctx: Context, size?: number): SetIterator {
    return this.inner.iterate(ctx, size)
  }

  reverse(ctx: Context): Eventual<SetValue> {
    return andThen(this.inner.reverse(ctx), (inner) => new PagedSet(inner, this.pageSize as number))
  }

  parts(): readonly Part[] {
    return [this.inner, this.pageSize]
  }
}

registerShape('paged', (_ctx, parts) => {
  const inner = setPart(parts[0])
  const size = intPart(parts[1])
  return inner && size !== undefined ? new PagedSet(inner, size) : undefined
})
