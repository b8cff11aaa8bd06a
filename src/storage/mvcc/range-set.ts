import type { Key, KeyRange } from '../engine.ts'

/** Key ranges merged into disjoint ones, to ask quickly whether a key lies in any. */
export class RangeSet {
  readonly #starts: Key[] = []
  readonly #ends: Key[] = []

  constructor(ranges: Iterable<KeyRange>) {
    const sorted = [...ranges].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
    for (const range of sorted) this.#append(range)
  }

  #append({ start, end }: KeyRange): void {
    if (start >= end) return
    const last = this.#ends.length - 1
    const lastEnd = this.#ends[last]
    if (lastEnd === undefined || start > lastEnd) {
      this.#starts.push(start)
      this.#ends.push(end)
    } else if (end > lastEnd) this.#ends[last] = end
  }

  get isEmpty(): boolean {
    return this.#starts.length === 0
  }

  has(key: Key): boolean {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] as Key) <= key) low = middle + 1
      else high = middle
    }
    return low > 0 && key < (this.#ends[low - 1] as Key)
  }
}
