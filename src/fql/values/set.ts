import type { Context } from '#src/fql/eval/context.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Value } from './value.ts'

/** Default number of elements of a page, and the most that one may ask for (spec/data.md §8). */
export const DEFAULT_PAGE_SIZE = 16
export const MAX_PAGE_SIZE = 16_000

/** No further element. */
export const END: unique symbol = Symbol('end')

/** One pass over a set. */
export interface SetIterator {
  next(): Eventual<Value | typeof END>
  /** The set of the elements that `next` has not given yet. What cursors hold. */
  rest(): SetValue
  /**
   * Whether a page of this size, whose elements have all been taken, is followed by another. May err on the side of
   * yes: filters do not search to the end for it. The last call on an iterator. Absent: asking for an element tells.
   */
  more?(size: number): Eventual<boolean>
}

/**
 * A lazy description of a sequence (spec/data.md §7). Concrete sets live in `fql/sets/`, one class a file;
 * index sets read through the data interface.
 */
export abstract class SetValue {
  readonly kind = 'set'
  /** Name of the class in an encoded cursor. */
  abstract readonly shape: string
  /** Size of a page when none is asked for; undefined: the default. */
  abstract readonly pageSize: number | undefined
  /** `size`: of the page that is asked for, `MAX_PAGE_SIZE` unless told; it only matters for what reading costs. */
  abstract iterate(ctx: Context, size?: number): SetIterator
  abstract reverse(ctx: Context): Eventual<SetValue>
  /** What makes this set: compared for equality and written into cursors. Values, sets and functions. */
  abstract parts(): readonly (Value | undefined)[]
}

/** Where the next page of a set begins: the remaining set, the snapshot it is read at, the page size. */
export class CursorValue {
  readonly kind = 'cursor'
  readonly set: SetValue
  readonly pageSize: number
  /** Microseconds; undefined inside the transaction that made it. */
  readonly at: number | undefined
  constructor(set: SetValue, pageSize: number, at?: number) {
    this.set = set
    this.pageSize = pageSize
    this.at = at
  }
}

/** A set whose changes can be followed (spec/data.md §13). */
export class EventSourceValue {
  readonly kind = 'event-source'
  readonly set: SetValue
  /** Paths of `eventsOn`; undefined: all changes. */
  readonly watched: readonly (readonly (string | number)[])[] | undefined
  constructor(set: SetValue, watched?: readonly (readonly (string | number)[])[]) {
    this.set = set
    this.watched = watched
  }
}
