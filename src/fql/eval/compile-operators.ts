/** Operators as code (spec/language.md §2.2 to §2.5). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { BinaryExpr, Expr, UnaryExpr } from '#src/fql/syntax/tree.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { equals } from '#src/fql/values/equality.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isNull, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Code } from './code.ts'
import type { Context } from './context.ts'
import { createdHere } from './field-access.ts'
import { asCondition, located } from './located.ts'
import { type Arithmetic, applyArithmetic, applyComparison, applyUnary, hasArithmetic } from './operators.ts'

/** Left-deep chains of operators are walked in a loop: their length is not bounded by the JS stack. */
export function compileBinaries(e: BinaryExpr, compile: (e: Expr) => Code): Code {
  const spine: BinaryExpr[] = []
  let left: Expr = e
  while (left.kind === 'binary') {
    spine.push(left)
    left = left.left
  }
  const head = compile(left)
  const links = spine.reverse().map((b) => compileLink(b, compile(b.right)))
  if (links.length === 1) {
    const only = links[0] as Link
    return (ctx, locals) => {
      const v = head(ctx, locals)
      return v instanceof Promise ? v.then((x) => only(ctx, locals, x)) : only(ctx, locals, v)
    }
  }
  return (ctx, locals) => andThen(head(ctx, locals), (v) => runLinks(links, 0, ctx, locals, v))
}

/** One operator and its right operand. */
type Link = (ctx: Context, locals: Value[], left: Value) => Eventual<Value>

function runLinks(
  links: readonly Link[],
  from: number,
  ctx: Context,
  locals: Value[],
  start: Value,
): Eventual<Value> {
  let value = start
  for (let i = from; i < links.length; i++) {
    const next = (links[i] as Link)(ctx, locals, value)
    if (next instanceof Promise) return next.then((v) => runLinks(links, i + 1, ctx, locals, v))
    value = next
  }
  return value
}

function compileLink(e: BinaryExpr, right: Code): Link {
  switch (e.operator) {
    case '&&':
    case '||':
      return logical(e, right)
    case '??':
      return coalesce(right)
    case '==':
    case '!=':
      return equality(e.operator === '==', right)
    case '<':
    case '>':
    case '<=':
    case '>=':
      return (ctx, locals, l) => {
        const r = right(ctx, locals)
        ctx.run.count()
        return r instanceof Promise
          ? r.then((x) => applyComparison(e.operator, l, x))
          : applyComparison(e.operator, l, r)
      }
    default:
      return computed(e, right)
  }
}

function logical(e: BinaryExpr, right: Code): Link {
  const stopsAt = e.operator === '||'
  return (ctx, locals, l) => {
    if (asCondition(l, e.left.span) === stopsAt) return stopsAt
    return andThen(right(ctx, locals), (r) => asCondition(r, e.right.span))
  }
}

const coalesce =
  (right: Code): Link =>
  (ctx, locals, l) => {
    if (isNull(l)) return right(ctx, locals)
    if (!(l instanceof DocValue)) return l
    return andThen(ctx.host.missing(ctx, l), (cause) => (cause === undefined ? l : right(ctx, locals)))
  }

function equality(wanted: boolean, right: Code): Link {
  const compare = (ctx: Context, l: Value, r: Value): Eventual<boolean> => {
    ctx.run.count()
    const same = equals(ctx, l, r)
    return same instanceof Promise ? same.then((s) => s === wanted) : same === wanted
  }
  return (ctx, locals, l) => {
    const r = right(ctx, locals)
    return r instanceof Promise ? r.then((x) => compare(ctx, l, x)) : compare(ctx, l, r)
  }
}

function computed(e: BinaryExpr, right: Code): Link {
  const operator = e.operator as Arithmetic
  const apply = (ctx: Context, l: Value, r: Value): Eventual<Value> => {
    ctx.run.count()
    try {
      return applyArithmetic(ctx, operator, l, r)
    } catch (error) {
      throw located(error, e.right.span)
    }
  }
  return (ctx, locals, l) => {
    if (!hasArithmetic(e.operator, l)) throw noOperator(e.operator, l, e.operatorSpan)
    const r = right(ctx, locals)
    return r instanceof Promise ? r.then((x) => apply(ctx, l, x)) : apply(ctx, l, r)
  }
}

function noOperator(operator: string, left: Value, span: Span): QueryFailure {
  const hints = isNull(left) ? createdHere(left) : []
  return fail.noSuchFunction(operator, typeName(left), span, hints)
}

export function compileUnary(e: UnaryExpr, operand: Code): Code {
  return (ctx, locals) =>
    andThen(operand(ctx, locals), (v) => {
      ctx.run.count()
      try {
        return applyUnary(e.operator, v)
      } catch {
        throw noOperator(e.operator, v, e.operatorSpan)
      }
    })
}
