/** Compact forms of diagnostics for tests. */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { parseQuery } from '#src/fql/syntax/parser.ts'
import type { BlockExpr } from '#src/fql/syntax/tree.ts'
import { type CheckOptions, type CheckResult, checkQuery } from '#src/fql/types/check.ts'
import { TEST_ENVIRONMENT } from '#src/fql/types/test-environment.ts'

export const parsed = (text: string, name = '*query*'): BlockExpr => {
  const result = parseQuery({ name, text })
  if (!result.ok) throw new Error(`${text}: ${result.errors[0]?.message}`)
  return result.value
}

export const check = (text: string, options?: CheckOptions): CheckResult =>
  checkQuery(parsed(text), TEST_ENVIRONMENT, options)

/** `kind: message @text under the carets`, related ones below, indented. */
export const lines = (diagnostic: Diagnostic): string[] => {
  const { kind, message, span, suggestion, related = [] } = diagnostic
  const place = span.source.text.slice(span.start, span.end)
  const insert = suggestion ? ` +${suggestion.text}` : ''
  return [`${kind}: ${message} @${place}${insert}`, ...related.flatMap(lines).map((line) => `  ${line}`)]
}

/** Static type, or errors. */
export const outcome = (text: string, options?: CheckOptions): string => {
  const result = check(text, options)
  return result.ok ? result.staticType : result.errors.flatMap(lines).join('\n')
}
