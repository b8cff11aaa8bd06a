import type { DatabaseSchema } from '#src/data/database-schema.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { checkQuery } from '#src/fql/types/check.ts'
import type { Type } from '#src/fql/types/type.ts'
import type { Value } from '#src/fql/values/value.ts'
import { typesOf } from './schema-types.ts'
import { typeOfValue } from './value-types.ts'

export interface TypeCheck {
  readonly staticType: string | undefined
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** Answers for queries without values, by schema version and tree: both are shared by equal texts. */
const known = new WeakMap<DatabaseSchema, WeakMap<Expr, TypeCheck>>()

/** Checks a query against the schema before it runs (spec/language.md §3). `timeLimit` in milliseconds. */
export function checkTypes(
  schema: DatabaseSchema,
  expr: Expr,
  names: readonly string[],
  values: readonly Value[],
  timeLimit: number,
): TypeCheck {
  if (names.length > 0) return check(schema, expr, names, values, timeLimit)
  let ofSchema = known.get(schema)
  if (!ofSchema) {
    ofSchema = new WeakMap()
    known.set(schema, ofSchema)
  }
  let found = ofSchema.get(expr)
  if (!found) {
    found = check(schema, expr, names, values, timeLimit)
    ofSchema.set(expr, found)
  }
  return found
}

function check(
  schema: DatabaseSchema,
  expr: Expr,
  names: readonly string[],
  values: readonly Value[],
  timeLimit: number,
): TypeCheck {
  const args = new Map<string, Type>(names.map((name, i) => [name, typeOfValue(values[i] as Value)]))
  const { ok, staticType, errors, warnings } = checkQuery(expr, typesOf(schema), { args, timeLimit })
  return { staticType: ok ? staticType : undefined, errors, warnings }
}
