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
