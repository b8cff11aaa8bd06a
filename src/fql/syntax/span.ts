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

/** Where a span starts. One past the visible end of the text is placed right after it. */
export const locate = ({ source, start }: Span): Position => {
  const at = Math.min(start, source.text.trimEnd().length)
  let line = 1
  let from = 0
  for (let i = source.text.indexOf('\n'); i !== -1 && i < at; i = source.text.indexOf('\n', from)) {
    line++
    from = i + 1
  }
  return { line, column: at - from + 1 }
}
