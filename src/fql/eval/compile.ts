/**
 * Compiles syntax trees to closures (docs/architecture.md). A tree is compiled once; names that no scope binds are
 * looked up when the code runs, so that compiled code serves every database and schema.
 */

import * as fail from '#src/fql/errors/catalogue.ts'
import { provideCursorEnvironment } from '#src/fql/sets/cursor-environment.ts'
import { BUILT_INS } from '#src/fql/stdlib/globals.ts'
import { isInstance } from '#src/fql/stdlib/isa.ts'
import { typeOf } from '#src/fql/stdlib/types.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type {
  AtExpr,
  BlockExpr,
  Expr,
  IfExpr,
  IsaExpr,
  LambdaExpr,
  ObjectExpr,
  Statement,
  TemplateExpr,
} from '#src/fql/syntax/tree.ts'
import { LambdaValue } from '#src/fql/values/function.ts'
import { checkStringLength } from '#src/fql/values/limits.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { display } from '#src/fql/values/text.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { NULL, ObjectValue, TimeValue, TransactionTimeValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex, mapInOrder } from '#src/lib/eventual.ts'
import { compileChain, evaluateAll } from './chain.ts'
import type { Code, LambdaCode } from './code.ts'
import { compileBinaries, compileUnary } from './compile-operators.ts'
import { compileProjection, fieldsLambda } from './compile-projection.ts'
import type { Context } from './context.ts'
import { literalValue } from './literal.ts'
import { asCondition, locate } from './located.ts'
import { FunctionScope, IT } from './scope.ts'
import { methodOf } from './type-definition.ts'

/** A compiled query: `parameters` name the values it is run with, in order. */
export interface QueryCode {
  run(ctx: Context, parameters: readonly Value[]): Eventual<Value>
}

export function compileQuery(query: Expr, parameters: readonly string[]): QueryCode {
  const scope = new FunctionScope()
  for (const name of parameters) scope.declare(name)
  const code = compileExpr(query, scope)
  return {
    run(ctx, values) {
      const locals = new Array<Value>(scope.size)
      for (let i = 0; i < values.length; i++) locals[i] = values[i] as Value
      return code(ctx, locals)
    },
  }
}

/** A lambda on its own: stored bodies and predicates, and lambdas inside cursors, whose captures have the given names. */
export function compileLambda(expr: LambdaExpr, captureNames: readonly string[] = []): LambdaCode {
  const outer = new FunctionScope()
  for (const name of captureNames) outer.declare(name)
  return compileFunction(expr, outer)
}

function compileExpr(e: Expr, scope: FunctionScope): Code {
  switch (e.kind) {
    case 'id':
      return compileName(e.name, e.span, scope)
    case 'it':
      return compileName(IT, e.span, scope)
    case 'null':
    case 'boolean':
    case 'int':
    case 'float':
    case 'string': {
      const value = literalValue(e)
      return () => value
    }
    case 'template':
      return compileTemplate(e, scope)
    case 'if':
      return compileIf(e, scope)
    case 'at':
      return compileAt(e, scope)
    case 'match':
      return unimplemented('match expr', e.span)
    case 'project-all':
      return unimplemented('project expr', e.span)
    case 'lambda':
      return compileClosure(e, scope)
    case 'binary':
      return compileBinaries(e, (x) => compileExpr(x, scope))
    case 'unary':
      return compileUnary(e, compileExpr(e.operand, scope))
    case 'isa':
      return compileIsa(e, scope)
    case 'chain':
      return compileChain(e, compileExpr(e.head, scope), (x) => compileExpr(x, scope))
    case 'project':
      return compileProjection(e, compileExpr(e.value, scope), compileFunction(fieldsLambda(e), scope))
    case 'tuple':
      if (e.elements.length === 1) return compileExpr(e.elements[0] as Expr, scope)
      return compileArray(e.elements, scope)
    case 'array':
      return compileArray(e.elements, scope)
    case 'object':
      return compileObject(e, scope)
    case 'block':
      return compileBlock(e, scope)
  }
}

function unimplemented(what: string, span: Span): Code {
  return () => {
    throw fail.unimplemented(what, span)
  }
}

function compileName(name: string, span: Span, scope: FunctionScope): Code {
  const slot = scope.resolve(name)
  if (slot !== undefined) return (_ctx, locals) => locals[slot] as Value
  const builtIn = BUILT_INS.get(name)
  if (builtIn !== undefined) return () => builtIn
  return (ctx) => {
    const value = ctx.host.global(name)
    if (value === undefined) throw fail.unboundVariable(name, span)
    return value
  }
}

function compileTemplate(e: TemplateExpr, scope: FunctionScope): Code {
  const codes = e.parts.map((p): Code => (typeof p === 'string' ? () => p : compileExpr(p, scope)))
  return (ctx, locals) =>
    andThen(
      mapInOrder(codes, (code) => andThen(code(ctx, locals), (v) => display(ctx, v))),
      (texts) => {
        locate(e.span, () => checkStringLength(texts.reduce((n, t) => n + t.length, 0)))
        // Not `join`, which copies: a text may be built by templates that each add a little.
        return texts.reduce((whole, t) => whole + t, '')
      },
    )
}

function compileIf(e: IfExpr, scope: FunctionScope): Code {
  const condition = compileExpr(e.condition, scope)
  const whenTrue = compileExpr(e.then, scope)
  const whenFalse = e.else ? compileExpr(e.else, scope) : missingElse(e.span)
  return (ctx, locals) => {
    const c = condition(ctx, locals)
    if (c instanceof Promise)
      return c.then((v) => (asCondition(v, e.condition.span) ? whenTrue : whenFalse)(ctx, locals))
    return (asCondition(c, e.condition.span) ? whenTrue : whenFalse)(ctx, locals)
  }
}

function missingElse(span: Span): Code {
  const value = literalValue({ kind: 'null', span })
  return () => value
}

function compileAt(e: AtExpr, scope: FunctionScope): Code {
  const time = compileExpr(e.time, scope)
  const body = compileExpr(e.body, scope)
  return (ctx, locals) =>
    andThen(time(ctx, locals), (t) => body(ctx.readingAt(readTime(ctx, t, e.time.span)), locals))
}

/** Microseconds to read at; undefined: the present. */
function readTime(ctx: Context, t: Value, span: Span): number | undefined {
  if (t instanceof TransactionTimeValue) return undefined
  if (!(t instanceof TimeValue)) throw fail.typeMismatch('Time', typeName(t), span)
  const micros = Number(t.nanos / 1000n)
  if (micros > ctx.host.snapshotTs)
    throw fail.invalidArgument('at_time', 'cannot evaluate `at` in the future').at(span)
  return micros
}

function compileFunction(e: LambdaExpr, outer: FunctionScope): LambdaCode {
  const scope = new FunctionScope(outer)
  if (e.short) scope.declare(IT)
  for (const p of e.variadic ? [...e.params, e.variadic] : e.params)
    if (p.text === '_') scope.skip()
    else scope.declare(p.text)
  const params = scope.size
  const body = compileExpr(e.body, scope)
  return {
    arity: { counts: [e.variadic ? params - 1 : params], variadic: e.variadic !== undefined },
    params,
    variadic: e.variadic !== undefined,
    // Read when called: the body may still add slots while an enclosing function is being compiled.
    get size() {
      return scope.size
    },
    captures: scope.captures,
    body,
    expr: e,
  }
}

function compileClosure(e: LambdaExpr, scope: FunctionScope): Code {
  const code = compileFunction(e, scope)
  const { captures } = code
  return (_ctx, locals) =>
    new LambdaValue(
      code,
      captures.map((c) => locals[c.outer] as Value),
    )
}

function compileIsa(e: IsaExpr, scope: FunctionScope): Code {
  const value = compileExpr(e.value, scope)
  const type = compileExpr(e.type, scope)
  return (ctx, locals) =>
    andThen(value(ctx, locals), (v) =>
      andThen(type(ctx, locals), (t) => {
        if (!(t instanceof ModuleValue))
          throw fail.invalidArgument('type_object', 'expected a module object').at(e.type.span)
        return isInstance(v, t)
      }),
    )
}

// ---------------------------------------------------------------- containers

function compileArray(elements: readonly Expr[], scope: FunctionScope): Code {
  const codes = elements.map((x) => compileExpr(x, scope))
  return (ctx, locals) => evaluateAll(codes, ctx, locals, [])
}

function compileObject(e: ObjectExpr, scope: FunctionScope): Code {
  const keys = e.fields.map((f) => f.key.text)
  const codes = e.fields.map((f) => compileExpr(f.value, scope))
  return (ctx, locals) => andThen(evaluateAll(codes, ctx, locals, []), (values) => zip(keys, values))
}

function zip(keys: readonly string[], values: readonly Value[]): ObjectValue {
  const fields = new Map<string, Value>()
  for (let i = 0; i < keys.length; i++) fields.set(keys[i] as string, values[i] as Value)
  return new ObjectValue(fields)
}

// ---------------------------------------------------------------- blocks

function compileBlock(e: BlockExpr, scope: FunctionScope): Code {
  const mark = scope.mark()
  const codes = e.statements.map((s) => compileStatement(s, scope))
  scope.release(mark)
  const last = codes.pop() as Code
  if (codes.length === 0) return last
  return (ctx, locals) => {
    const done = eachIndex(codes.length, (i) => ignore((codes[i] as Code)(ctx, locals)))
    return done instanceof Promise ? done.then(() => last(ctx, locals)) : last(ctx, locals)
  }
}

/** `eachIndex` stops at `false`; a statement's value must not. */
const ignore = (v: Eventual<Value>): Eventual<undefined> =>
  v instanceof Promise ? v.then(() => undefined) : undefined

function compileStatement(s: Statement, scope: FunctionScope): Code {
  const value = compileExpr(s.value, scope)
  if (s.kind === 'expr') return value
  const slot = scope.declare(s.name.text)
  return (ctx, locals) =>
    andThen(value(ctx, locals), (v) => {
      locals[slot] = v
      return NULL
    })
}

// Cursors bring functions back; the sets that read them lie below the evaluator.
provideCursorEnvironment({
  compileLambda,
  method: (self, name) => methodOf(typeOf(self), name),
  builtIn: (name) => BUILT_INS.get(name),
})
