import type { DatabaseSchema } from '#src/data/database-schema.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { checkQuery } from '#src/fql/types/check.ts'
import { printType } from '#src/fql/types/print.ts'
import type { Type } from '#src/fql/types/type.ts'
import type { Value } from '#src/fql/values/value.ts'
import { typesOf } from './schema-types.ts'
import { typeOfValue } from './value-types.ts'

export interface TypeCheck {
  readonly staticType: string | undefined
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** Answers by schema version and tree, which equal texts share, and by the types of the values. */
const known = new WeakMap<DatabaseSchema, WeakMap<Expr, Map<string, TypeCheck>>>()
/** Answers kept for one tree: literal values have types of their own, so there may be many. */
const MAX_ANSWERS = 64

function answersOf(schema: DatabaseSchema, expr: Expr): Map<string, TypeCheck> {
  let ofSchema = known.get(schema)
  if (!ofSchema) {
    ofSchema = new WeakMap()
    known.set(schema, ofSchema)
  }
  let answers = ofSchema.get(expr)
  if (!answers) {
    answers = new Map()
    ofSchema.set(expr, answers)
  }
  return answers
}

/** Tells the types of values apart. Strings and numbers, the usual ones, have themselves as types. */
function typeKey(v: Value): string {
  if (typeof v === 'string') return JSON.stringify(v)
  if (typeof v === 'number') return String(v)
  return printType(typeOfValue(v))
}

/** Checks a query against the schema before it runs (spec/language.md §3). `timeLimit` in milliseconds. */
export function checkTypes(
  schema: DatabaseSchema,
  expr: Expr,
  names: readonly string[],
  values: readonly Value[],
  timeLimit: number,
): TypeCheck {
  const key = values.length === 1 ? typeKey(values[0] as Value) : values.map(typeKey).join('\n')
  const answers = answersOf(schema, expr)
  let found = answers.get(key)
  if (!found) {
    const args = new Map<string, Type>(names.map((name, i) => [name, typeOfValue(values[i] as Value)]))
    found = check(schema, expr, args, timeLimit)
    if (answers.size < MAX_ANSWERS) answers.set(key, found)
  }
  return found
}

function check(
  schema: DatabaseSchema,
  expr: Expr,
  args: ReadonlyMap<string, Type>,
  timeLimit: number,
): TypeCheck {
  const { ok, staticType, errors, warnings } = checkQuery(expr, typesOf(schema), { args, timeLimit })
  return { staticType: ok ? staticType : undefined, errors, warnings }
}
