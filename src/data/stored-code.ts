/** FQL kept in schema documents: function bodies, predicates, computed fields, checks, defaults. */
import { compileLambda } from '#src/fql/eval/compile.ts'
import { parseLambda } from '#src/fql/syntax/parser.ts'
import { LambdaValue } from '#src/fql/values/function.ts'

/** A stored lambda as a function; undefined when its text does not parse (it was checked when it was written). */
export function storedLambda(text: string, sourceName: string): LambdaValue | undefined {
  const parsed = parseLambda({ name: sourceName, text }, { short: true })
  return parsed.ok ? new LambdaValue(compileLambda(parsed.value), []) : undefined
}
