import { lineAround, type Span } from '#src/fql/syntax/span.ts'

/** Where a span begins, as `main.fsl:1:1`: line and column count from 1. */
export function placeOf({ source, start }: Span): string {
  const line = lineAround(source, start)
  return `${source.name}:${line.number}:${start - line.start + 1}`
}
