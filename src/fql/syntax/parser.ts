import { Grammar } from './grammar.ts'
import { type ParseResult, run } from './result.ts'
import type { Source, Span } from './span.ts'
import type { BlockExpr, Component, Expr, LambdaExpr } from './tree.ts'

export { Grammar } from './grammar.ts'
export { type ParseResult, run } from './result.ts'

/**
 * A whole query: statements, the last an expression (spec/language.md §1.5).
 * `template`: the text is that of a query template, with placeholders.
 */
export const parseQuery = (source: Source, { template = false } = {}): ParseResult<BlockExpr> =>
  run(new Grammar(source, template), (g) => g.query())

/** A whole text as one expression; `short` allows a short lambda. */
export const parseExpr = (source: Source, { short = false } = {}): ParseResult<Expr> =>
  run(new Grammar(source), (g) => onlyExpression(g, short))

const onlyExpression = (g: Grammar, short: boolean): Expr => {
  g.nl()
  const expr = g.requireExpression(short)
  g.nl()
  g.end()
  return expr
}

/**
 * A stored body: a single lambda (spec/language.md §1.7). `short` allows the short form, which must stand in
 * parentheses.
 */
export const parseLambda = (source: Source, { short = false } = {}): ParseResult<LambdaExpr> =>
  run(new Grammar(source), (g) => {
    const lambda = onlyLambda(g)
    g.end()
    if (lambda.short && !short) g.reject('Short form lambdas are not allowed here', lambda.span)
    return lambda
  })

const onlyLambda = (g: Grammar): LambdaExpr => {
  g.nl()
  const statements = g.statements()
  const [first] = statements
  g.nl()
  if (first === undefined) g.unexpectedEnd('query')
  const lambda = statements.length === 1 && first.kind === 'expr' ? asLambda(first.value) : undefined
  if (lambda) return lambda
  // A bare short lambda is already refused as such.
  if (statements.length === 1 && g.errors.length > 0) g.fail()
  return notLambda(g, g.span(0), statements.length === 1)
}

const asLambda = (expr: Expr): LambdaExpr | undefined => {
  if (expr.kind === 'lambda') return expr.short ? undefined : expr
  const only = expr.kind === 'tuple' && expr.elements.length === 1 ? expr.elements[0] : undefined
  return only?.kind === 'lambda' && only.short ? only : undefined
}

const notLambda = (g: Grammar, where: Span, single: boolean): never =>
  g.reject('Body must be a lambda expression.', where, {
    annotation: 'Expression is not a lambda.',
    related: single
      ? [{ kind: 'hint', message: 'Declare a lambda.', span: g.span(0, 0), suggestion: { text: '() => ' } }]
      : [],
  })

/** The path of a field as documents of indexes and migrations name it: `a`, `.a["b"][0]`; the first dot is optional. */
export const parsePath = (source: Source): ParseResult<(string | number)[]> => {
  const text = source.text.startsWith('.') ? source.text : `.${source.text}`
  return run(new Grammar({ name: source.name, text }), (g) => pathOf(g, onlyExpression(g, true)))
}

const pathOf = (g: Grammar, expr: Expr): (string | number)[] => {
  const chain = expr.kind === 'lambda' && expr.short ? expr.body : undefined
  if (chain?.kind !== 'chain') return invalidPath(g, expr.span)
  return chain.components.map((c) => pathElement(c) ?? invalidPath(g, c.span))
}

const pathElement = (c: Component): string | number | undefined => {
  if (c.kind === 'select') return c.optional ? undefined : c.name.text
  if (c.kind !== 'access' || c.optional || c.args.length !== 1) return undefined
  const key = c.args[0]!
  if (key.kind === 'string') return key.value
  return key.kind === 'int' && key.value >= 0n && key.value <= MAX_POSITION ? Number(key.value) : undefined
}

const MAX_POSITION = BigInt(Number.MAX_SAFE_INTEGER)

const invalidPath = (g: Grammar, where: Span): never => g.reject('Invalid field path', where)
