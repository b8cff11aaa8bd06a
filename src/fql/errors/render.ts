import { lineAround, locate, NO_SOURCE, type Span } from '#src/fql/syntax/span.ts'
import type { Diagnostic } from './diagnostic.ts'
import { snippet } from './snippet.ts'

/** The place of the diagnostic that a hint belongs to. */
interface Parent {
  readonly source: string
  readonly line: number
}

/** Characters after which no further diagnostic, hint or frame is rendered: each can repeat a line as long as the query. */
const MAX_TEXT = 2 ** 22
/** The same for characters of sources with a suggestion made: each is a text of its own. */
const MAX_PATCHED = 2 ** 26

/** Diagnostics as the text of `summary`: rendered each, with a blank line between (spec/language.md §1.11). */
export const renderAll = (diagnostics: readonly Diagnostic[]): string =>
  renderSome(diagnostics, (d) => renderDiagnostic(d), '\n\n')

/** A diagnostic with its source, hints, causes and trace, without an end of line. */
export const renderDiagnostic = (d: Diagnostic): string => {
  const own = d.brief ? renderBrief(d) : renderOne(d, title(d))
  if (!d.related || d.related.length === 0) return own
  const parent = { source: d.span.source.name, line: lineOf(d.span) }
  return `${own}\n${renderRelated(d.related, parent)}`
}

const renderRelated = (related: readonly Diagnostic[], parent: Parent): string => {
  const firstFrame = related.findIndex((r) => r.kind === 'trace')
  // Frames alone need no title; after hints, the first has one.
  const head = (r: Diagnostic, i: number) =>
    r.kind !== 'trace' || (i === firstFrame && i > 0) ? title(r) : ''
  return renderSome(related, (r, i) => renderOne(r, head(r, i), parent), '\n')
}

/** Joins what is rendered, up to the limit, and tells how many are missing. */
const renderSome = (
  diagnostics: readonly Diagnostic[],
  render: (d: Diagnostic, i: number) => string,
  separator: string,
): string => {
  const texts: string[] = []
  let length = 0
  let patchedLength = 0
  for (const [i, d] of diagnostics.entries()) {
    if (length > MAX_TEXT || patchedLength > MAX_PATCHED) {
      texts.push(`(${diagnostics.length - i} more)`)
      break
    }
    const text = render(d, i)
    length += text.length
    for (const { suggestion, span } of [d, ...(d.related ?? [])])
      if (suggestion) patchedLength += span.source.text.length
    texts.push(text)
  }
  return texts.join(separator)
}

const title = (d: Diagnostic): string => (d.message === '' ? `${d.kind}:\n` : `${d.kind}: ${d.message}\n`)

const renderBrief = (d: Diagnostic): string => {
  const place = isNowhere(d.span) ? NO_SOURCE.name : `${d.span.source.name}:${locate(d.span).line}`
  return `${d.kind} at ${place}: ${d.message}`
}

const renderOne = (d: Diagnostic, head: string, parent?: Parent): string => {
  if (isNowhere(d.span)) return `${head}at ${NO_SOURCE.name}`
  const { name } = d.span.source
  const { text, line, column } = snippet(patched(d), markOf(d), d.annotation)
  const here = parent?.source === name && parent.line === line
  return here ? head + text : `${head}at ${name}:${line}:${column}\n${text}`
}

const isNowhere = (span: Span): boolean => span.source.name === NO_SOURCE.name

/** The span in the text that the suggestion makes of its source. A deletion is shown before it is made. */
const patched = ({ span, suggestion }: Diagnostic): Span => {
  if (!suggestion || suggestion.text === '') return span
  const { name, text } = span.source
  const { start, end } = span
  const changed = text.slice(0, start) + suggestion.text + text.slice(end)
  return { source: { name, text: changed }, start, end: start + suggestion.text.length }
}

const markOf = ({ span, suggestion }: Diagnostic): string => {
  if (!suggestion) return '^'
  if (suggestion.text === '') return '-'
  return span.start === span.end ? '+' : '~'
}

/** The line on which a span starts, even one that is not visible. */
const lineOf = ({ source, start }: Span): number => lineAround(source, start).number
