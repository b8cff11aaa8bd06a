import { NO_RIGHTS } from '#src/access/roles/built-in.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { QueryFailure } from '#src/fql/errors/failure.ts'
import { renderDiagnostic } from '#src/fql/errors/render.ts'
import { compileQuery, type QueryCode } from '#src/fql/eval/compile.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DEFAULT_VALUES, narrow } from '#src/fql/eval/effect.ts'
import { sandboxed } from '#src/fql/eval/sandbox.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { isNull, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { memoized } from '#src/lib/memoized.ts'
import type { DocumentShape, FieldValues } from '#src/schema/enforce/document-shape.ts'
import type { Path } from './collection.ts'
import { constraintFailure, type Operation } from './failures.ts'
import { unstorable } from './unstorable.ts'

const codeOf = memoized((expr: Expr): QueryCode => compileQuery(expr, []))

/** Evaluates a default, which runs with no rights and may at most observe; its failure becomes that of the write. */
export function evaluateDefault(ctx: Context, operation: Operation, expr: Expr, path: Path): Eventual<Value> {
  const inside = new Context(ctx.host, NO_RIGHTS, ctx.run, narrow(ctx.effect, DEFAULT_VALUES))
  const refused = (failure: QueryFailure, calls: readonly Span[]): never => {
    const places = [...(failure.details.span ? [failure.details.span] : []), ...[...calls].reverse()]
    const [span = expr.span, ...trace] = places
    const related = trace.map((t): Diagnostic => ({ kind: 'trace', message: '', span: t }))
    const text = renderDiagnostic({ kind: 'error', message: failure.message, span, related })
    throw constraintFailure(operation, [{ path, message: `${DEFAULT_FAILED}\n${text}` }])
  }
  const stored = (value: Value): Value => {
    const problem = isNull(value) ? undefined : unstorable(value)
    if (problem === undefined) return value
    throw constraintFailure(operation, [{ path, message: `${DEFAULT_FAILED}\n${problem}` }])
  }
  return andThen(
    sandboxed<Value>(ctx, () => codeOf(expr).run(inside, []), refused),
    stored,
  )
}

const DEFAULT_FAILED = 'Default field evaluation failed.'

/** The fields with the defaults of those that were not given; null is given (spec/schema.md §7.4). */
export const withDefaults = (
  ctx: Context,
  operation: Operation,
  shape: DocumentShape,
  fields: FieldValues,
): Eventual<FieldValues> =>
  shape.withDefaults(fields, (expr, path) => evaluateDefault(ctx, operation, expr, path))
