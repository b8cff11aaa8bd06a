import type { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Diagnostic } from './diagnostic.ts'

/** One entry of `error.constraint_failures` (spec/data.md §2.3). */
export interface ConstraintFailure {
  readonly paths: readonly (readonly (string | number)[])[]
  readonly message: string
}

export interface FailureDetails {
  /** The failing place, when it is not the innermost call's argument list. */
  readonly span?: Span
  /** What the summary says instead of the message, of a mistake in the text that only evaluation meets. */
  readonly mistake?: string
  /** Text behind the carets. */
  readonly annotation?: string
  readonly hints?: readonly Diagnostic[]
  readonly constraintFailures?: readonly ConstraintFailure[]
  /** The argument of `abort`, and where it was called: with whose rights and at what time it is read. */
  readonly abort?: { readonly value: Value; readonly ctx: Context }
}

/**
 * A failure of the query itself, answered to the client with its code and message (spec/language.md §2.14).
 * Thrown; it always ends the query, except where a predicate turns it into "no". Not an `Error`: no JS stack is taken.
 */
export class QueryFailure {
  readonly code: string
  readonly message: string
  readonly details: FailureDetails
  /** Failing place first, then the enclosing calls. Filled in where the query, or a sandboxed part of it, ends. */
  trace: readonly Span[] | undefined
  constructor(code: string, message: string, details: FailureDetails = {}) {
    this.code = code
    this.message = message
    this.details = details
  }

  /** The same failure at a place of its own. */
  at(span: Span): QueryFailure {
    return this.details.span ? this : new QueryFailure(this.code, this.message, { ...this.details, span })
  }
}

/** Parse and type errors: nothing ran. Details are in the rendered diagnostics (spec/language.md §1.9). */
export class InvalidQuery {
  readonly code = 'invalid_query'
  readonly errors: readonly Diagnostic[]
  constructor(errors: readonly Diagnostic[]) {
    this.errors = errors
  }
  get message(): string {
    return `The query failed ${this.errors.length} validation check${this.errors.length === 1 ? '' : 's'}`
  }
}
