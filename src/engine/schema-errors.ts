/** How faults of a schema are told: by a failed query, and by the schema API (spec/schema.md §15.6). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { type ConstraintFailure, QueryFailure } from '#src/fql/errors/failure.ts'
import { renderDiagnostic } from '#src/fql/errors/render.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { BackfillFailure } from '#src/schema/migrate/resolve.ts'
import type { SchemaProblem } from '#src/schema/source/parse-files.ts'
import { constraintLine } from './failure-diagnostic.ts'

/** Failures as lines of `constraint failures:`. */
const failureLines = (failures: readonly ConstraintFailure[]): string[] =>
  failures.length === 0 ? [] : ['constraint failures:', ...failures.map(constraintLine)]

/** Every line of the diagnostics four blanks deeper, under one headline. */
export function invalidSchema(
  problems: readonly SchemaProblem[],
  failures: readonly ConstraintFailure[] = [],
): QueryFailure {
  const lines = problems.flatMap((p) => problemText(p).trim().split('\n'))
  const text = lines.map((line) => `    ${line}`).join('\n')
  return new QueryFailure('invalid_schema', `Invalid database schema update.\n${text}`, {
    ...(failures.length > 0 && { constraintFailures: failures }),
  })
}

/** A backfill is evaluated for all documents at once: it has no place in the query. */
export const backfillDiagnostic = ({ message, failures }: BackfillFailure): Diagnostic => ({
  kind: 'error',
  message: [message, ...failureLines(failures)].join('\n'),
  span: NO_SPAN,
})

const problemText = (problem: SchemaProblem): string =>
  typeof problem === 'string' ? `error: ${problem}` : renderDiagnostic(problem)

/** As the schema API answers faults of the sources. */
export const problemsText = (problems: readonly SchemaProblem[]): string =>
  problems.map((p) => (typeof p === 'string' ? p : renderDiagnostic(p))).join('\n')

/** As the schema API answers faults of documents: without `error:` and place. */
export const failureText = ({ message, details }: QueryFailure): string =>
  [message, ...failureLines(details.constraintFailures ?? [])].join('\n')
