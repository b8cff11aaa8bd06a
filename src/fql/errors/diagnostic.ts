import type { Span } from '#src/fql/syntax/span.ts'

/** First word of a rendered diagnostic (spec/language.md §1.11). */
type DiagnosticKind = 'error' | 'warning' | 'info' | 'hint' | 'performance_hint' | 'cause' | 'trace'

/** What a hint proposes to do to the text at its span. An empty span with `text` inserts. */
interface Suggestion {
  readonly text: string
}

/** A message about a place in a source, with further hints and causes. */
export interface Diagnostic {
  readonly kind: DiagnosticKind
  readonly message: string
  readonly span: Span
  /** Text behind the carets. */
  readonly annotation?: string
  readonly suggestion?: Suggestion
  /** Rendered as one line, without the source: what `log()` writes. */
  readonly brief?: boolean
  /** Hints, causes and trace frames, in order. */
  readonly related?: readonly Diagnostic[]
}
