import * as fail from '#src/fql/errors/catalogue.ts'
import { SetValue } from '#src/fql/values/set.ts'

/** Sets within sets: reading one element goes through all of them on one JS stack. */
const MAX_SET_DEPTH = 256

export const depthOf = (set: SetValue): number => (set instanceof DerivedSet ? set.depth : 0)

/** A set made of another one. Inherits its page size unless told otherwise. */
export abstract class DerivedSet extends SetValue {
  readonly depth: number
  readonly pageSize: number | undefined

  constructor(depth: number, pageSize: number | undefined) {
    super()
    if (depth > MAX_SET_DEPTH) throw fail.valueTooLarge(`sets are nested more than ${MAX_SET_DEPTH} deep`)
    this.depth = depth
    this.pageSize = pageSize
  }
}
