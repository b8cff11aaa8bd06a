/** Paths of `terms`, `values` and `unique` lists (spec/schema.md §1.2). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Expr, IdExpr } from '#src/fql/syntax/tree.ts'
import type { IndexTerm, IndexValue } from '../model/items.ts'
import { fieldPathOf } from './field-path.ts'

type Report = (d: Diagnostic) => void

/** `f(arg)` */
interface Wrapped {
  readonly fn: IdExpr
  readonly arg: Expr
}

const unwrap = (expr: Expr): Wrapped | undefined => {
  if (expr.kind !== 'chain' || expr.head.kind !== 'id' || expr.components.length !== 1) return undefined
  const call = expr.components[0]!
  if (call.kind !== 'apply' || call.args.length !== 1) return undefined
  return { fn: expr.head, arg: call.args[0]! }
}

export const indexTerm = (expr: Expr, report: Report): IndexTerm => {
  const call = unwrap(expr)
  if (call?.fn.name === 'mva') return { path: fieldPathOf(call.arg, report), mva: true, span: expr.span }
  if (expr.kind === 'chain' && expr.head.kind === 'id') {
    report({ kind: 'error', message: "Expected 'mva'", span: expr.head.span })
    return { path: { elements: [], span: expr.span }, mva: false, span: expr.span }
  }
  return { path: fieldPathOf(expr, report), mva: false, span: expr.span }
}

export const indexValue = (expr: Expr, report: Report): IndexValue => {
  const outer = unwrap(expr)
  const inner = outer && unwrap(outer.arg)
  const calls = [outer, inner].filter((c) => c !== undefined)
  const wrong = wrongCall(calls)
  if (wrong !== undefined) {
    report({ kind: 'error', message: "Expected 'asc', 'desc', or 'mva'", span: wrong.span })
    return { path: { elements: [], span: expr.span }, mva: false, order: 'asc', span: expr.span }
  }
  const names = calls.map((c) => c.fn.name)
  const path = fieldPathOf(calls.at(-1)?.arg ?? expr, report)
  return { path, mva: names.includes('mva'), order: names.includes('desc') ? 'desc' : 'asc', span: expr.span }
}

/** One call may be any of the three; of two, one must be the order and the other `mva`. */
const wrongCall = (calls: readonly Wrapped[]): IdExpr | undefined => {
  const [first, second] = calls.map((c) => c.fn).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (first === undefined) return undefined
  if (second === undefined) return ['asc', 'desc', 'mva'].includes(first.name) ? undefined : first
  if (first.name !== 'asc' && first.name !== 'desc') return first
  return second.name === 'mva' ? undefined : second
}
