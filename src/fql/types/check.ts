/** Checking whole programs: queries, function bodies, predicates (spec/language.md §3.1). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { type CheckObserver, ExpressionChecker } from '#src/fql/types/expressions.ts'
import { errorAt, hintAt } from '#src/fql/types/failure.ts'
import { printType } from '#src/fql/types/print.ts'
import { simplify } from '#src/fql/types/simplify.ts'
import { CheckLimit } from '#src/fql/types/solver.ts'
import { fn, POISON, type Type } from '#src/fql/types/type.ts'

export type { CheckObserver }

/** Time that checking may take, in milliseconds. */
export const CHECK_TIME_LIMIT = 5000

export interface CheckResult {
  readonly ok: boolean
  /** The type of the program, without variables; letters that are left are generic parameters. */
  readonly type: Type
  /** `type` as text: `static_type`. */
  readonly staticType: string
  readonly errors: readonly Diagnostic[]
  /** In order of position. */
  readonly warnings: readonly Diagnostic[]
  /** It was given up: with more time it might end otherwise. */
  readonly outOfTime?: boolean
}

export interface CheckOptions {
  /** Names bound around the program: request arguments, template values. */
  readonly args?: ReadonlyMap<string, Type>
  /** What the value must fit: a function type for bodies and predicates. */
  readonly expected?: Type
  /** For a function of one parameter: infers the result for this argument instead of the function's type. */
  readonly argument?: Type
  /** Told what is met on the way. */
  readonly observer?: CheckObserver
  /** Blamed when the value does not fit; the expression by default. */
  readonly expectedAt?: Span
  /** Milliseconds for this check; `CHECK_TIME_LIMIT` by default. */
  readonly timeLimit?: number
}

/** Checks a query: as `checkExpression`, and warns when its value is a function. */
export const checkQuery = (expr: Expr, env: TypeEnvironment, options: CheckOptions = {}): CheckResult => {
  const result = checkExpression(expr, env, options)
  return result.ok && isFunction(result.type)
    ? { ...result, warnings: sorted([...result.warnings, notCalled(expr)]) }
    : result
}

/** Infers the type of an expression and checks it against what is expected. */
export const checkExpression = (
  expr: Expr,
  env: TypeEnvironment,
  options: CheckOptions = {},
): CheckResult => {
  const deadline = performance.now() + (options.timeLimit ?? CHECK_TIME_LIMIT)
  const checker = new ExpressionChecker({ env, deadline, observer: options.observer })
  try {
    return finish(checker, infer(checker, expr, options))
  } catch (error) {
    const message = limitMessage(error)
    if (message === undefined) throw error
    const outOfTime = error instanceof CheckLimit && error.reason === 'time'
    return { ...failed([errorAt(message, expr.span)], checker.warnings), outOfTime }
  }
}

const infer = (checker: ExpressionChecker, expr: Expr, options: CheckOptions): Type => {
  for (const [name, type] of options.args ?? []) checker.declare(name, type)
  const type = checker.check(expr)
  const span = options.expectedAt ?? expr.span
  if (options.expected) checker.require(type, options.expected, span)
  if (!options.argument) return type
  const result = checker.solver.fresh(span)
  checker.require(type, fn([options.argument], result), span)
  return result
}

const finish = (checker: ExpressionChecker, type: Type): CheckResult => {
  if (checker.errors.length > 0) return failed(checker.errors, checker.warnings)
  const shown = simplify(type, true, checker.solver)
  return {
    ok: true,
    type: shown,
    staticType: printType(shown),
    errors: [],
    warnings: sorted(checker.warnings),
  }
}

const failed = (errors: readonly Diagnostic[], warnings: readonly Diagnostic[]): CheckResult => ({
  ok: false,
  type: POISON,
  staticType: printType(POISON),
  errors,
  warnings: sorted(warnings),
})

const limitMessage = (error: unknown): string | undefined => {
  if (error instanceof CheckLimit && error.reason === 'time') return 'Exceeded static typing time limit'
  if (error instanceof CheckLimit || error instanceof RangeError)
    return 'Typechecking failed due to query complexity'
  return undefined
}

const sorted = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  [...diagnostics].sort((a, b) => a.span.start - b.span.start)

const isFunction = (type: Type): boolean =>
  type.kind === 'function' ||
  (type.kind === 'intersection' && type.members.every((member) => member.kind === 'function'))

/** The warning about a query that ends in a function. */
const notCalled = (expr: Expr): Diagnostic => {
  const { span } = lastStatement(expr)
  const end: Span = { ...span, start: span.end }
  return {
    kind: 'warning',
    message: 'Function is not called.',
    span,
    related: [hintAt('Call the function.', end, '()')],
  }
}

const lastStatement = (expr: Expr): Expr => {
  if (expr.kind !== 'block') return expr
  const last = expr.statements.at(-1)
  return last?.kind === 'expr' ? last.value : expr
}
