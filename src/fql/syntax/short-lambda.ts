import type { Expr, LambdaExpr } from './tree.ts'

/** Short lambdas while they grow: what is built around one goes into its body (spec/language.md §1.5). */
export const isShort = (e: Expr): e is LambdaExpr => e.kind === 'lambda' && e.short

/** The body of a short lambda, else the expression itself. */
export const unshort = (e: Expr): Expr => (isShort(e) ? e.body : e)

export const shortLambda = (body: Expr): LambdaExpr => ({
  kind: 'lambda',
  short: true,
  params: [],
  variadic: undefined,
  body,
  span: body.span,
})
