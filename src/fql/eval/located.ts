import * as fail from '#src/fql/errors/catalogue.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import type { Value } from '#src/fql/values/value.ts'

/** Runs `f`; a failure that has no place of its own gets this one. */
export function locate<T>(span: Span, f: () => T): T {
  try {
    return f()
  } catch (error) {
    throw located(error, span)
  }
}

export const located = (error: unknown, span: Span): unknown =>
  error instanceof QueryFailure ? error.at(span) : error

/** The value of a condition or operand at `span`, which must be a Boolean. */
export function asCondition(v: Value, span: Span): boolean {
  if (typeof v === 'boolean') return v
  throw fail.typeMismatch('Boolean', typeName(v), span)
}
