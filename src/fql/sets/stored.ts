import type { SetValue } from '#src/fql/values/set.ts'
import { ArraySet } from './array-set.ts'
import { ConcatSet } from './concat-set.ts'
import { DerivedSet } from './derived-set.ts'
import { FlatMapSet } from './flat-map-set.ts'
import { SequenceSet } from './sequence-set.ts'
import { SingleSet } from './single-set.ts'
import { TakeSet } from './take-set.ts'

/** A `take` of fewer elements costs too little to speak of. */
const SMALL_TAKE = 100

/** Whether reading all of a set reads documents without a small bound. */
export function isStored(set: SetValue): boolean {
  if (set instanceof ConcatSet) return set.parts().some(isStored)
  if (set instanceof FlatMapSet) return isStored(set.outer)
  if (set instanceof TakeSet && set.limit < SMALL_TAKE) return false
  if (set instanceof DerivedSet) return isStored((set as DerivedSet & { readonly inner: SetValue }).inner)
  return !(set instanceof ArraySet || set instanceof SingleSet || set instanceof SequenceSet)
}
