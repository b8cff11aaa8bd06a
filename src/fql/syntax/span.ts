import { memoized } from '#src/lib/memoized.ts'

/** A named piece of source text: the query (`*query*`), a function body (`*udf:f*`), a schema file (`main.fsl`). */
export interface Source {
  readonly name: string
  readonly text: string
}

/** A half-open range `[start, end)` of UTF-16 offsets into one source. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

export const span = (source: Source, start: number, end: number): Span => ({ source, start, end })

/** The smallest span that covers both; both must be of one source. */
export const join = (a: Span, b: Span): Span => ({
  source: a.source,
  start: Math.min(a.start, b.start),
  end: Math.max(a.end, b.end),
})

/** Place of values and failures that no source text made. */
export const NO_SOURCE: Source = { name: '<no source>', text: '' }
export const NO_SPAN: Span = { source: NO_SOURCE, start: 0, end: 0 }

/** A place as people count: both from 1, the column in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

interface Layout {
  /** Where its lines start. */
  readonly starts: readonly number[]
  /** Length without the blanks at its end. */
  readonly visible: number
}

/** Found once for each source: one text can have very many diagnostics. */
const layoutOf = memoized(({ text }: Source): Layout => {
  const starts = [0]
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return { starts, visible: text.trimEnd().length }
})

/** The text without the blanks at its end. */
export const visibleText = (source: Source): string => source.text.slice(0, layoutOf(source).visible)

/** The line around a place: where it starts, and its number from 1. */
export function lineAround(source: Source, at: number): { readonly start: number; readonly number: number } {
  const all = layoutOf(source).starts
  let low = 0
  let high = all.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((all[middle] as number) <= at) low = middle
    else high = middle
  }
  return { start: all[low] as number, number: low + 1 }
}

/** Where a span starts. One past the visible end of the text is placed right after it. */
export const locate = ({ source, start }: Span): Position => {
  const at = Math.min(start, layoutOf(source).visible)
  const line = lineAround(source, at)
  return { line: line.number, column: at - line.start + 1 }
}
