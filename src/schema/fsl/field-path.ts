/** Field paths: short lambdas of plain field and index accesses (spec/schema.md §1.1 `path`). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Component, Expr } from '#src/fql/syntax/tree.ts'
import type { FieldPath, PathElement } from '../model/path.ts'

const MAX_INDEX = 2n ** 63n - 1n

/** Reads a path out of an expression; reports `Invalid field path` at the first part that is none. */
export const fieldPathOf = (expr: Expr, report: (d: Diagnostic) => void): FieldPath => {
  const chain = expr.kind === 'lambda' && expr.short ? expr.body : undefined
  if (chain?.kind !== 'chain' || chain.head.kind !== 'it') {
    report({ kind: 'error', message: 'Invalid field path', span: expr.span })
    return { elements: [], span: expr.span }
  }
  const elements: PathElement[] = []
  for (const component of chain.components) {
    const element = pathElement(component)
    if (element === undefined) {
      report({ kind: 'error', message: 'Invalid field path', span: component.span })
      break
    }
    elements.push(element)
  }
  return { elements, span: chain.span }
}

const pathElement = (c: Component): PathElement | undefined => {
  if (c.kind === 'select' && !c.optional) return { key: c.name.text, span: c.name.span }
  if (c.kind !== 'access' || c.optional || c.args.length !== 1) return undefined
  const arg = c.args[0]!
  if (arg.kind === 'string') return { key: arg.value, span: arg.span }
  if (arg.kind === 'int' && arg.value >= 0n && arg.value <= MAX_INDEX)
    return { key: arg.value, span: arg.span }
  return undefined
}
