/** Every run-time failure of FQL, by code: spec/language.md §2.14, spec/data.md §16. One function makes one text. */

import type { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Arity } from '#src/fql/values/function.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type ConstraintFailure, type FailureDetails, QueryFailure } from './failure.ts'

const make = (code: string, message: string, details?: FailureDetails) =>
  new QueryFailure(code, message, details)

export const unboundVariable = (name: string, span: Span) =>
  make('unbound_variable', `Unbound variable \`${name}\``, { span })

export const indexOutOfBounds = (index: number | bigint, length: number) =>
  make('index_out_of_bounds', `index ${index} out of bounds for length ${length}`)

export const typeMismatch = (expected: string, received: string, span?: Span) =>
  make('type_mismatch', `expected type: ${expected}, received ${received}`, span && { span })

export const invalidArgument = (name: string, reason: string, hints?: readonly Diagnostic[]) =>
  make('invalid_argument', `invalid argument \`${name}\`: ${reason}`, hints && { hints })

export const wrongArgument = (name: string, expected: string, received: string) =>
  make('invalid_argument', `expected value for \`${name}\` of type ${expected}, received ${received}`)

export const wrongArguments = (fn: string, expected: string, received: string) =>
  make('invalid_argument', `expected arguments to \`${fn}\` of type ${expected}, received ${received}`)

export const wrongCallbackArity = (name: string, expected: number, actual: Arity) =>
  make(
    'invalid_argument',
    `\`${name}\` should accept ${expected} parameter${expected === 1 ? '' : 's'}, provided function requires ${describeArity(actual, 'parameter')}.`,
  )

export const invalidBounds = (name: string, predicate: string, received: string) =>
  make('invalid_bounds', `expected \`${name}\` to be ${predicate}, received ${received}`)

export const invalidRegex = (description: string, index: number) =>
  make('invalid_regex', `Invalid regular expression. ${description} at index ${index}`)

export const constraintFailure = (message: string, constraintFailures: readonly ConstraintFailure[]) =>
  make('constraint_failure', message, { constraintFailures })

export const invalidType = (message: string) => make('invalid_type', message)

export const documentIdExists = (collection: string, id: bigint) =>
  make('document_id_exists', `Collection \`${collection}\` already contains document with id ${id}.`)

export const documentNotFound = (collection: string, key: bigint | string) =>
  make(
    'document_not_found',
    typeof key === 'string'
      ? `${collection} \`${key}\` not found.`
      : `Collection \`${collection}\` does not contain document with id ${key}.`,
  )

export const collectionDeleted = (id: bigint | string) =>
  make('document_not_found', `Document with id ${id} does not exist because the collection was deleted.`)

export const wrongArity = (arity: Arity, provided: number, span?: Span) =>
  make(
    'invalid_function_invocation',
    `callee function expects ${describeArity(arity, 'argument')}, but ${provided} ${provided === 1 ? 'was' : 'were'} provided.`,
    span && { span },
  )

export const noSuchFunction = (name: string, type: string, span?: Span, hints?: readonly Diagnostic[]) =>
  make('invalid_function_invocation', `The function \`${name}\` does not exist on \`${type}\``, {
    ...(span && { span }),
    ...(hints && { hints }),
  })

export const notAFunction = (name: string, type: string, span: Span) =>
  make('invalid_function_invocation', `\`${name}\`: Expected a function, found \`${type}\``, { span })

export const indexNotQueryable = (index: string) =>
  make('invalid_index_invocation', `The index \`${index}\` is not queryable.`)

export const nullValue = (text: string, span?: Span, hints?: readonly Diagnostic[]) =>
  make('null_value', text, { ...(span && { span }), ...(hints && { hints }) })

export const nullAccess = (name: string, span: Span, hints?: readonly Diagnostic[]) =>
  make('invalid_null_access', `Cannot access \`${name}\` on null.`, { span, ...(hints && { hints }) })

export const invalidCursor = () => make('invalid_cursor', 'Cursor cursor is invalid or expired.')

export const permissionDenied = (message = 'Insufficient privileges to perform the action.') =>
  make('permission_denied', message)

export const invalidEffect = (message: string) => make('invalid_effect', message)
export const computedFieldAccess = () =>
  make('invalid_computed_field_access', 'invalid access of computed field')
export const timestampFieldAccess = () =>
  make('invalid_timestamp_field_access', 'invalid access of timestamp field')
export const writeInThePast = () => make('invalid_write', 'Cannot write at a snapshot time in the past.')
export const mixedWrite = () =>
  make('invalid_write', 'Cannot modify a document and its collection in the same query.')
export const divideByZero = () => make('divide_by_zero', 'Attempted integer division by zero.')
export const invalidId = (text: string) => make('invalid_id', `\`${text}\` is not a valid ID.`)
export const invalidTime = (message: string) => make('invalid_time', message)
export const invalidDate = (message: string) => make('invalid_date', message)
export const invalidUnit = (unit: string, of: 'time' | 'date') =>
  make('invalid_unit', `\`${unit}\` is not a valid ${of} unit.`)
export const invalidSecret = () => make('invalid_secret', 'Provided secret did not match.')
export const valueTooLarge = (reason: string) => make('value_too_large', `Value too large: ${reason}.`)
export const abort = (ctx: Context, value: Value) =>
  make('abort', 'Query aborted.', { abort: { ctx, value } })
export const stackOverflow = (limit: number) =>
  make('stack_overflow', `number of stack frames exceeded limit of ${limit}`)
export const invalidReceiver = (method: string, reason: string) =>
  make('invalid_receiver', `can't call \`${method}\` because ${reason}`)
/** A request that cannot be served as asked: reads before the retained history, documents that are too large. */
export const invalidRequest = (message: string) => make('invalid_request', message)
/** Syntax that is parsed and never evaluated (spec/language.md §1.5). */
export const unimplemented = (what: string, span: Span) =>
  make('invalid_query', 'The query failed 1 validation check', { span, mistake: `${what} not supported` })
/** A Vivarium limit or a part of Fauna that is not there. */
export const unsupported = (message: string) => make('unsupported', message)

/** `exactly 1 argument`, `1 or 2 arguments`, `at least 1 argument`, `no parameters` … */
function describeArity(arity: Arity, word: 'argument' | 'parameter'): string {
  const words = (n: number) => `${word}${n === 1 ? '' : 's'}`
  const counts = [...arity.counts].sort((a, b) => a - b)
  const least = counts[0] ?? 0
  if (arity.variadic) return least === 0 ? `any number of ${word}s` : `at least ${least} ${words(least)}`
  if (counts.length === 1) return least === 0 ? `no ${word}s` : `exactly ${least} ${words(least)}`
  return `${counts.slice(0, -1).join(', ')} or ${counts.at(-1)} ${word}s`
}
