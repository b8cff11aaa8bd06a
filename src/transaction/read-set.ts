import type { Key, KeyRange } from '#src/storage/engine.ts'

const FEW = 256

/** What a transaction has read at its present: the store checks at commit that none of it has changed. */
export class ReadSet {
  /** As long as they are few, with repetitions: most transactions read a few keys and write none. */
  #few: Key[] = []
  #many: Set<Key> | undefined
  readonly ranges: KeyRange[] = []

  get keys(): Iterable<Key> {
    return this.#many ?? this.#few
  }

  addKey(key: Key): void {
    if (this.#many) this.#many.add(key)
    else if (this.#few.push(key) > FEW) {
      this.#many = new Set(this.#few)
      this.#few = []
    }
  }

  /** A scan in chunks adds adjacent ranges, which become one. */
  addRange(range: KeyRange): void {
    if (range.start >= range.end) return
    const last = this.ranges.at(-1)
    if (last && range.start <= last.end && last.start <= range.end) {
      this.ranges[this.ranges.length - 1] = union(last, range)
    } else this.ranges.push(range)
  }
}

/** Of two ranges that touch. */
function union(a: KeyRange, b: KeyRange): KeyRange {
  const first = a.start < b.start ? a : b
  const last = a.end > b.end ? a : b
  return { start: first.start, end: last.end }
}
