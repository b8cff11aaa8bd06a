import type { DatabaseSchema } from '#src/data/database-schema.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { checkQuery } from '#src/fql/types/check.ts'
import { printType } from '#src/fql/types/print.ts'
import type { Type } from '#src/fql/types/type.ts'
import type { Value } from '#src/fql/values/value.ts'
import { memoized } from '#src/lib/memoized.ts'
import { literalsOf, typesOf } from './schema-types.ts'
import { Literals, tellsOfStandIn, withStandIns } from './stand-ins.ts'
import { typeOfValue } from './value-types.ts'

export interface TypeCheck {
  readonly staticType: string | undefined
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** What has been found of a tree under one version of the schema. */
interface Known {
  /** What is written in the query. */
  readonly literals: Literals
  /** By the types of the values with stand-ins; undefined: the answer depends on what they stand for. */
  readonly general: Map<string, TypeCheck | undefined>
  /** By the types of the values themselves. */
  readonly particular: Map<string, TypeCheck>
}
/** Answers of each kind that are kept for one tree. */
const MAX_ANSWERS = 64

/** By schema and tree, which equal texts share. */
const knownOf = memoized((_: DatabaseSchema) =>
  memoized(
    (expr: Expr): Known => ({
      literals: new Literals(expr.span.source.text),
      general: new Map(),
      particular: new Map(),
    }),
  ),
)

/** Tells the types of values apart. Strings and numbers, the usual ones, have themselves as types. */
function typeKey(v: Value): string {
  if (typeof v === 'string') return JSON.stringify(v)
  if (typeof v === 'number') return String(v)
  return printType(typeOfValue(v))
}

const keyOf = (values: readonly Value[]): string =>
  values.length === 1 ? typeKey(values[0] as Value) : values.map(typeKey).join('\n')

/** Checks a query against the schema before it runs (spec/language.md §3). `timeLimit` in milliseconds. */
export function checkTypes(
  schema: DatabaseSchema,
  expr: Expr,
  names: readonly string[],
  values: readonly Value[],
  timeLimit: number,
): TypeCheck {
  const { literals, general, particular } = knownOf(schema)(expr)
  const standIns = withStandIns(values, [literals, literalsOf(schema)])
  if (standIns) {
    const key = keyOf(standIns)
    if (!general.has(key) && general.size < MAX_ANSWERS) {
      const found = check(schema, expr, names, standIns, timeLimit)
      if (!found.outOfTime) general.set(key, isGeneral(found) ? found : undefined)
    }
    const answer = general.get(key)
    if (answer) return answer
  }
  const key = keyOf(values)
  const answer = particular.get(key)
  if (answer) return answer
  const found = check(schema, expr, names, values, timeLimit)
  if (particular.size < MAX_ANSWERS && !found.outOfTime) particular.set(key, found)
  return found
}

/** Messages may tell of the values, and so may the type. */
const isGeneral = ({ staticType, errors, warnings }: TypeCheck): boolean =>
  errors.length === 0 && warnings.length === 0 && staticType !== undefined && !tellsOfStandIn(staticType)

function check(
  schema: DatabaseSchema,
  expr: Expr,
  names: readonly string[],
  values: readonly Value[],
  timeLimit: number,
): TypeCheck & { readonly outOfTime: boolean | undefined } {
  const args = new Map<string, Type>(names.map((name, i) => [name, typeOfValue(values[i] as Value)]))
  const { ok, staticType, errors, warnings, outOfTime } = checkQuery(expr, typesOf(schema), {
    args,
    timeLimit,
  })
  return { staticType: ok ? staticType : undefined, errors, warnings, outOfTime }
}
