/** Failures as diagnostics for `summary` (spec/language.md §1.11, §2.14). */
import { pathText } from '#src/data/storable.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { ConstraintFailure, QueryFailure } from '#src/fql/errors/failure.ts'
import { NO_SOURCE, NO_SPAN, type Span } from '#src/fql/syntax/span.ts'

const QUERY_SOURCE = '*query*'

/** Those who may not see functions from inside see only places in their own query. */
const visible = (span: Span, seesInternals: boolean): boolean =>
  seesInternals || span.source.name === QUERY_SOURCE

/** The failure with its hints and stack trace. `frames`: argument lists of the running calls, outermost first. */
export function failureDiagnostic(
  failure: QueryFailure,
  frames: readonly Span[],
  seesInternals: boolean,
): Diagnostic {
  const { span, hints = [], annotation, mistake } = failure.details
  // A mistake in the text is one wherever it is called from.
  const calls = mistake === undefined ? [...frames].reverse() : []
  const places = span ? [span, ...calls] : calls
  // Frames of the server's own, and of functions that came with a cursor, have no text.
  const shown = places.filter((p) => p.source.name !== NO_SOURCE.name && visible(p, seesInternals))
  const [first = NO_SPAN, ...trace] = shown
  return {
    kind: 'error',
    message: (mistake ?? failure.message) + constraintText(failure),
    span: first,
    ...(annotation !== undefined && { annotation }),
    related: [...hints, ...trace.map((t): Diagnostic => ({ kind: 'trace', message: '', span: t }))],
  }
}

/** `  a.b,c: message`; of the whole document the message alone. */
export function constraintLine({ paths, message }: ConstraintFailure): string {
  const label = paths
    .map(pathText)
    .filter((p) => p !== '')
    .join(',')
  return label === '' ? `  ${message}` : `  ${label}: ${message}`
}

function constraintText(failure: QueryFailure): string {
  const failures = failure.details.constraintFailures ?? []
  if (failures.length === 0) return ''
  // Lines of a message are set below its first.
  const lines = failures.map((f) => constraintLine(f).replaceAll('\n', '\n      '))
  return `\nconstraint failures:\n${lines.join('\n')}`
}

/** Log lines and hints that this caller may see. */
export const visibleDiagnostics = (all: readonly Diagnostic[], seesInternals: boolean): Diagnostic[] =>
  all.filter((d) => visible(d.span, seesInternals))
