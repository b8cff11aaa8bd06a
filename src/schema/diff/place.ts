import type { Source, Span } from '#src/fql/syntax/span.ts'

/** Where a span begins, as `main.fsl:1:1`: line and column count from 1. */
export const placeOf = ({ source, start }: Span): string => {
  const starts = lineStarts(source)
  const line = lineOf(starts, start)
  return `${source.name}:${line + 1}:${start - starts[line]! + 1}`
}

const known = new WeakMap<Source, readonly number[]>()

/** Where each line begins. Found once for a source: a diff names many places. */
const lineStarts = (source: Source): readonly number[] => {
  let starts = known.get(source)
  if (starts === undefined) {
    starts = [0, ...[...source.text.matchAll(/\n/g)].map((m) => m.index + 1)]
    known.set(source, starts)
  }
  return starts
}

/** The last line that begins at `offset` or before. */
const lineOf = (starts: readonly number[], offset: number): number => {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}
