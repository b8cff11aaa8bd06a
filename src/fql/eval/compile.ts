/**
 * Compiles syntax trees to closures (docs/architecture.md). A tree is compiled once; names that no scope binds are
 * looked up when the code runs, so that compiled code serves every database and schema.
 */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { QueryFailure } from '#src/fql/errors/failure.ts'
import { QueryFailure as Failure } from '#src/fql/errors/failure.ts'
import { provideCursorEnvironment } from '#src/fql/sets/cursor-environment.ts'
import { MapSet } from '#src/fql/sets/map-set.ts'
import { BUILT_INS } from '#src/fql/stdlib/globals.ts'
import { isInstance } from '#src/fql/stdlib/isa.ts'
import { typeOf } from '#src/fql/stdlib/types.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type {
  AtExpr,
  BinaryExpr,
  BlockExpr,
  Expr,
  IfExpr,
  IsaExpr,
  LambdaExpr,
  ObjectExpr,
  ProjectExpr,
  Statement,
  TemplateExpr,
  UnaryExpr,
} from '#src/fql/syntax/tree.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { equals } from '#src/fql/values/equality.ts'
import { LambdaValue } from '#src/fql/values/function.ts'
import { checkStringLength } from '#src/fql/values/limits.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { EventSourceValue, SetValue } from '#src/fql/values/set.ts'
import { display } from '#src/fql/values/text.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import {
  isArray,
  isNull,
  NULL,
  NullValue,
  ObjectValue,
  TimeValue,
  TransactionTimeValue,
  type Value,
} from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex, mapInOrder } from '#src/lib/eventual.ts'
import { inFrame, traceOf } from './call.ts'
import { compileChain, evaluateAll } from './chain.ts'
import type { Code, LambdaCode } from './code.ts'
import type { Context } from './context.ts'
import { createdHere } from './field-access.ts'
import { literalValue } from './literal.ts'
import { type Arithmetic, applyArithmetic, applyComparison, applyUnary, NoSuchOperator } from './operators.ts'
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
      return compileBinaries(e, scope)
    case 'unary':
      return compileUnary(e, scope)
    case 'isa':
      return compileIsa(e, scope)
    case 'chain':
      return compileChain(e, compileExpr(e.head, scope), (x) => compileExpr(x, scope))
    case 'project':
      return compileProjection(e, scope)
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
  return (ctx) => {
    const value = BUILT_INS.get(name) ?? ctx.host.global(name)
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
        return texts.join('')
      },
    )
}

/** Runs `f`; a failure that has no place of its own gets this one. */
function locate<T>(span: Span, f: () => T): T {
  try {
    return f()
  } catch (error) {
    throw located(error, span)
  }
}

const located = (error: unknown, span: Span): unknown => (error instanceof Failure ? error.at(span) : error)

function asCondition(v: Value, span: Span): boolean {
  if (typeof v === 'boolean') return v
  throw fail.typeMismatch('Boolean', typeName(v), span)
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

// ---------------------------------------------------------------- operators

/** Left-deep chains of operators are walked in a loop: their length is not bounded by the JS stack. */
function compileBinaries(e: BinaryExpr, scope: FunctionScope): Code {
  const spine: BinaryExpr[] = []
  let left: Expr = e
  while (left.kind === 'binary') {
    spine.push(left)
    left = left.left
  }
  const head = compileExpr(left, scope)
  const links = spine.reverse().map((b) => compileLink(b, scope))
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

function compileLink(e: BinaryExpr, scope: FunctionScope): Link {
  const right = compileExpr(e.right, scope)
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

const equality =
  (wanted: boolean, right: Code): Link =>
  (ctx, locals, l) =>
    andThen(right(ctx, locals), (r) => {
      ctx.run.count()
      return andThen(equals(ctx, l, r), (same) => same === wanted)
    })

function computed(e: BinaryExpr, right: Code): Link {
  const operator = e.operator as Arithmetic
  const apply = (ctx: Context, l: Value, r: Value): Eventual<Value> => {
    ctx.run.count()
    try {
      return applyArithmetic(ctx, operator, l, r)
    } catch (error) {
      throw error instanceof NoSuchOperator
        ? noOperator(e.operator, l, e.operatorSpan)
        : located(error, e.right.span)
    }
  }
  return (ctx, locals, l) => {
    const r = right(ctx, locals)
    return r instanceof Promise ? r.then((x) => apply(ctx, l, x)) : apply(ctx, l, r)
  }
}

function noOperator(operator: string, left: Value, span: Span): QueryFailure {
  const hints = isNull(left) ? createdHere(left) : []
  return fail.noSuchFunction(operator, typeName(left), span, hints)
}

function compileUnary(e: UnaryExpr, scope: FunctionScope): Code {
  const operand = compileExpr(e.operand, scope)
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

/**
 * A projection is a function of the projected value; arrays apply it to each element at once, sets lazily, with a
 * lambda that can travel in a cursor like any other.
 */
function compileProjection(e: ProjectExpr, scope: FunctionScope): Code {
  const value = compileExpr(e.value, scope)
  const fields = compileFunction(fieldsLambda(e), scope)
  const project = projector(e, fields)
  return (ctx, locals) => {
    const inner = new Array<Value>(fields.size)
    for (const c of fields.captures) inner[c.inner] = locals[c.outer] as Value
    return andThen(value(ctx, locals), (v) => project(ctx, inner, v))
  }
}

/** The listed fields as a function of the projected value that makes an object. */
function fieldsLambda(e: ProjectExpr): LambdaExpr {
  const fields = e.fields.map((f) => ({ key: f.name, value: f.value }))
  const body: ObjectExpr = { kind: 'object', fields, span: e.bodySpan }
  return { kind: 'lambda', short: true, params: [], variadic: undefined, body, span: e.bodySpan }
}

/** Projects one value (spec/language.md §2.8), given the slots of the field function. */
function projector(e: ProjectExpr, fields: LambdaCode): Link {
  const one = (ctx: Context, inner: Value[], v: Value): Eventual<Value> => {
    const locals = inner.slice()
    locals[0] = v
    const pause = ctx.run.step()
    return pause ? pause.then(() => fields.body(ctx, locals)) : fields.body(ctx, locals)
  }
  const mapper: LambdaCode = {
    ...fields,
    get size() {
      return fields.size
    },
    expr: mapperLambda(e, fields),
  }
  const lazily = (ctx: Context, inner: Value[], set: SetValue) =>
    new MapSet(
      set,
      new LambdaValue(
        mapper,
        fields.captures.map((c) => inner[c.inner] as Value),
      ),
      ctx.at,
      traceOf(ctx),
    )
  const project: Link = (ctx, inner, v) => {
    if (v instanceof ObjectValue || v instanceof ModuleValue) return one(ctx, inner, v)
    if (v instanceof DocValue)
      return andThen(ctx.host.missing(ctx, v), (cause) =>
        cause ? new NullValue({ why: 'document', document: v, cause }, e.span) : one(ctx, inner, v),
      )
    if (isArray(v)) return mapInOrder(v, (x) => one(ctx, inner, x))
    if (v instanceof SetValue) return lazily(ctx, inner, v)
    return v instanceof EventSourceValue ? new EventSourceValue(lazily(ctx, inner, v.set), v.watched) : v
  }
  return (ctx, inner, v) => inFrame(ctx, e.span, () => project(ctx, inner, v))
}

/** `x => x { … }`: the text that stands for a lazy projection in a cursor. */
function mapperLambda(e: ProjectExpr, fields: LambdaCode): LambdaExpr {
  let text = "x'"
  while (fields.captures.some((c) => c.name === text)) text += "'"
  const body: ProjectExpr = { ...e, value: { kind: 'id', name: text, span: e.bodySpan } }
  return {
    kind: 'lambda',
    short: false,
    params: [{ text, span: e.bodySpan }],
    variadic: undefined,
    body,
    span: e.bodySpan,
  }
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
