import type { Key, KeyRange } from '#src/storage/engine.ts'

/** What a transaction has read at its present: the store checks at commit that none of it has changed. */
export class ReadSet {
  readonly keys = new Set<Key>()
  readonly ranges: KeyRange[] = []

  addKey(key: Key): void {
    this.keys.add(key)
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
