import * as fail from '#src/fql/errors/catalogue.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { isNull, type NullValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'
import { createdHere, notFound } from './field-access.ts'

const PERMISSION_DENIED = 'Null value, due to permission denied'

/** `value!`: the value, or a failure that tells why it is null (spec/language.md §2.6). */
export function assertPresent(ctx: Context, v: Value, span: Span): Eventual<Value> {
  if (isNull(v)) throw fail.nullValue(nullText(v), span, createdHere(v, span))
  if (!(v instanceof DocValue)) return v
  return andThen(ctx.host.missing(ctx, v), (cause) => {
    if (cause === undefined) return v
    if (cause === 'permission denied') throw fail.nullValue(PERMISSION_DENIED, span)
    throw notFound(v, cause).at(span)
  })
}

function nullText(v: NullValue): string {
  switch (v.cause.why) {
    case 'literal':
      return 'Null literal value'
    case 'missing-field':
      return `Null value, due to missing field \`${v.cause.field}\``
    case 'no-value':
      return `Null value, due to ${v.cause.reason}`
  }
}
