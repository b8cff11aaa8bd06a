import type { Span } from '#src/fql/syntax/span.ts'

/** Where a span begins, as `main.fsl:1:1`: line and column count from 1. */
export const placeOf = ({ source, start }: Span): string => {
  const before = source.text.slice(0, start)
  const line = before.split('\n').length
  return `${source.name}:${line}:${start - before.lastIndexOf('\n')}`
}
