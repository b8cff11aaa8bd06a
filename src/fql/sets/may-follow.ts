import { END, type SetIterator } from '#src/fql/values/set.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'

/** Whether another element may follow (see `SetIterator.more`). The iterator is of no further use. */
export const mayFollow = (iterator: SetIterator, size: number): Eventual<boolean> =>
  iterator.more ? iterator.more(size) : andThen(iterator.next(), (v) => v !== END)
