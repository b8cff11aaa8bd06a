/** FQL kept in schema documents: function bodies, predicates, computed fields, checks, defaults. */
import { compileLambda } from '#src/fql/eval/compile.ts'
import { parseExpr, parseLambda } from '#src/fql/syntax/parser.ts'
import type { LambdaExpr } from '#src/fql/syntax/tree.ts'
import { LambdaValue } from '#src/fql/values/function.ts'

/** A stored lambda as a function; undefined when its text does not parse (it was checked when it was written). */
export function storedLambda(text: string, sourceName: string): LambdaValue | undefined {
  const parsed = parseLambda({ name: sourceName, text }, { short: true })
  return parsed.ok ? new LambdaValue(compileLambda(parsed.value), []) : undefined
}

/** A stored expression (a default) as a function of nothing. */
export function storedExpression(text: string, sourceName: string): LambdaValue | undefined {
  const parsed = parseExpr({ name: sourceName, text })
  if (!parsed.ok) return undefined
  const { value: body } = parsed
  const expr: LambdaExpr = {
    kind: 'lambda',
    short: false,
    params: [],
    variadic: undefined,
    body,
    span: body.span,
  }
  return new LambdaValue(compileLambda(expr), [])
}
