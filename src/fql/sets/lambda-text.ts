/** Lambdas as text, and back: how they travel in cursors. */
import type { LambdaCode } from '#src/fql/eval/code.ts'
import { Grammar, PLACEHOLDER } from '#src/fql/syntax/grammar.ts'
import { run } from '#src/fql/syntax/result.ts'
import { NO_SOURCE, type Span } from '#src/fql/syntax/span.ts'
import type { LambdaExpr } from '#src/fql/syntax/tree.ts'

export interface LambdaText {
  readonly text: string
  /** Names of the captured values, in the order of the captures. Template values are `$0`, `$1`, … of this text. */
  readonly names: readonly string[]
}

const slice = (s: Span): string => s.source.text.slice(s.start, s.end)

/** The text of a lambda as it was written. A lazy projection stands in its source without its parameter. */
export function lambdaText({ expr, captures }: LambdaCode): LambdaText {
  const written = slice(expr.span)
  const parameter = projectedName(expr)
  const before = placeholders(expr.span.source.text.slice(0, expr.span.start))
  return {
    text: parameter === undefined ? `(${written})` : `${parameter} => ([${parameter}] ${written})[0]`,
    names: captures.map(({ name }) => (name.startsWith('$') ? `$${Number(name.slice(1)) - before}` : name)),
  }
}

const placeholders = (text: string): number => (text.includes('\0') ? text.split(PLACEHOLDER).length - 1 : 0)

/** The made-up parameter of a projection's mapper (`x => x { … }`), whose span is that of the braces. */
function projectedName({ body, params, span }: LambdaExpr): string | undefined {
  const projects = body.kind === 'project' && body.bodySpan === span && params.length === 1
  return projects ? params[0]?.text : undefined
}

/** Undefined when the text is no lambda. */
export function parseLambdaText(text: string): LambdaExpr | undefined {
  const parsed = run(new Grammar({ name: NO_SOURCE.name, text }, true), (g) => {
    g.nl()
    const expr = g.requireExpression(false)
    g.nl()
    g.end()
    return expr
  })
  if (!parsed.ok) return undefined
  const expr = parsed.value
  const only = expr.kind === 'tuple' && expr.elements.length === 1 ? expr.elements[0] : expr
  return only?.kind === 'lambda' ? only : undefined
}
