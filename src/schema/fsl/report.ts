import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'

/** Collects diagnostics. The methods return undefined, so that a reader can report and give up in one expression. */
export class Report {
  readonly diagnostics: Diagnostic[] = []

  readonly add = (diagnostic: Diagnostic): undefined => {
    this.diagnostics.push(diagnostic)
  }

  error(message: string, span: Span, annotation?: string): undefined {
    return this.add({ kind: 'error', message, span, ...(annotation !== undefined && { annotation }) })
  }

  hinted(message: string, span: Span, hint: { readonly message: string; readonly span: Span }): undefined {
    return this.add({ kind: 'error', message, span, related: [{ kind: 'hint', ...hint }] })
  }

  duplicate(message: string, span: Span, original: Span): undefined {
    return this.hinted(message, span, { message: 'Originally defined here', span: original })
  }
}
