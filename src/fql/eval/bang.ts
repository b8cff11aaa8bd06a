import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { DocValue, type MissingCause } from '#src/fql/values/document.ts'
import { isNull, type NullCause, type NullValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'
import { createdElsewhere, notFound } from './field-access.ts'

const PERMISSION_DENIED = 'Null value, due to permission denied'

/** `value!`: the value, or a failure that tells why it is null (spec/language.md §2.6). */
export function assertPresent(ctx: Context, v: Value, span: Span): Eventual<Value> {
  if (isNull(v)) throw nullFailure(v, span)
  if (!(v instanceof DocValue)) return v
  return andThen(ctx.host.missing(ctx, v), (cause) => {
    if (cause !== undefined) throw missingFailure(v, cause, span)
    return v
  })
}

function missingFailure(
  doc: DocValue,
  cause: MissingCause,
  span: Span,
  hints: readonly Diagnostic[] = [],
): QueryFailure {
  if (cause === 'permission denied') return fail.nullValue(PERMISSION_DENIED, span, hints)
  const { code, message } = notFound(doc, cause)
  return new QueryFailure(code, message, { span, hints })
}

/** The failure of `v!`, a null. */
export function nullFailure(v: NullValue, span: Span): QueryFailure {
  const hints = createdElsewhere(v, span)
  return v.cause.why === 'document'
    ? missingFailure(v.cause.document, v.cause.cause, span, hints)
    : fail.nullValue(nullText(v.cause), span, hints)
}

function nullText(cause: Exclude<NullCause, { why: 'document' }>): string {
  switch (cause.why) {
    case 'literal':
      return 'Null literal value'
    case 'missing-field':
      return `Null value, due to missing field \`${cause.field}\``
    case 'no-value':
      return `Null value, due to ${cause.reason}`
  }
}
