import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { DatabaseSchema } from '#src/data/database-schema.ts'

export interface TypeCheck {
  readonly staticType: string | undefined
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** Checks a query against the schema before it runs (spec/language.md §3). */
export function checkTypes(
  _schema: DatabaseSchema,
  _expr: Expr,
  _names: readonly string[],
  _values: readonly Value[],
): TypeCheck {
  return { staticType: undefined, errors: [], warnings: [] }
}
