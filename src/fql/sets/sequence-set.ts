import { END, type SetIterator, SetValue } from '#src/fql/values/set.ts'
import { registerShape } from './shapes.ts'

/** `Set.sequence(from, until)`: Ints `from` … `until − 1`, or the same backwards. */
export class SequenceSet extends SetValue {
  readonly shape = 'sequence'
  readonly pageSize = undefined
  readonly from: number
  readonly until: number
  readonly reversed: boolean

  constructor(from: number, until: number, reversed = false) {
    super()
    this.from = from
    this.until = until
    this.reversed = reversed
  }

  iterate(): SetIterator {
    return new SequenceIterator(this)
  }

  reverse(): SetValue {
    return new SequenceSet(this.from, this.until, !this.reversed)
  }

  parts(): readonly (number | boolean)[] {
    return [this.from, this.until, this.reversed]
  }
}

class SequenceIterator implements SetIterator {
  private from: number
  private until: number
  private readonly reversed: boolean

  constructor(set: SequenceSet) {
    this.from = set.from
    this.until = set.until
    this.reversed = set.reversed
  }

  next(): number | typeof END {
    if (!this.more()) return END
    return this.reversed ? --this.until : this.from++
  }

  rest(): SetValue {
    return new SequenceSet(this.from, this.until, this.reversed)
  }

  more(): boolean {
    return this.from < this.until
  }
}

registerShape('sequence', (_ctx, [from, until, reversed]) =>
  typeof from === 'number' && typeof until === 'number'
    ? new SequenceSet(from, until, reversed === true)
    : undefined,
)
