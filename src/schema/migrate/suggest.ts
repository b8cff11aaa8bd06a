/** Hints that propose a migration (spec/schema.md §13.5, §13.6). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { CollectionItem } from '../model/items.ts'

/** Without `text` the hint only points. */
export const hint = (message: string, span: Span, text?: string): Diagnostic => ({
  kind: 'hint',
  message,
  span,
  ...(text !== undefined && { suggestion: { text } }),
})

/** The empty place before a span, or after it. */
export const before = (span: Span): Span => ({ ...span, end: span.start })
export const after = (span: Span): Span => ({ ...span, start: span.end })
/** The empty place before the last character, which is the closing brace. */
export const beforeLast = (span: Span): Span => ({ ...span, start: span.end - 1, end: span.end - 1 })

/** Proposes statements: at the end of the migration block, or in a new block at `place`. */
export const suggestStatements = (
  collection: CollectionItem,
  place: Span,
  message: string,
  statements: readonly string[],
): Diagnostic => {
  const block = collection.migrations
  if (block) return hint(message, beforeLast(block.span), `  ${statements.join('\n    ')}\n`)
  return hint(message, place, `migrations {\n    ${statements.join('\n    ')}\n  }\n`)
}
