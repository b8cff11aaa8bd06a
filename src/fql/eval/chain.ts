/** Postfix chains (spec/language.md §2.7). */

import * as fail from '#src/fql/errors/catalogue.ts'
import { typeOf } from '#src/fql/stdlib/types.ts'
import { join, type Span } from '#src/fql/syntax/span.ts'
import type {
  AccessComponent,
  ApplyComponent,
  ChainExpr,
  Component,
  Expr,
  MethodCallComponent,
  SelectComponent,
} from '#src/fql/syntax/tree.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { isFunction } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isNull, NullValue, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { assertPresent, nullFailure } from './bang.ts'
import { callAt, callNativeAt } from './call.ts'
import type { Code } from './code.ts'
import type { Context } from './context.ts'
import {
  alwaysField,
  alwaysMethod,
  createdHere,
  type FieldPlace,
  findMethod,
  getField,
} from './field-access.ts'
import type { NativeDefinition } from './native.ts'

/** A step's answer when an optional component met a null: the rest of the chain, up to a `!`, is skipped. */
class Skipped {
  /** The null, or the document that is not there. */
  readonly met: Value
  constructor(met: Value) {
    this.met = met
  }
}
type Step = (ctx: Context, locals: Value[], value: Value) => Eventual<Value | Skipped>
type Compile = (e: Expr) => Code

/** Compiles the components onto the compiled head. */
export function compileChain(e: ChainExpr, head: Code, compile: Compile): Code {
  const receivers = receiverSpans(e)
  const steps = e.components.map((c, i) => compileStep(c, receivers[i] as Span, compile))
  const bangs = nextBangs(e.components)
  const skips = e.components.map((_, i) => skipFrom(e.components, i, bangs[i] as number, receivers))
  if (steps.length === 1) {
    const [step, skip] = [steps[0] as Step, skips[0] as Skip]
    const run = (ctx: Context, locals: Value[], v: Value): Eventual<Value> => {
      const r = step(ctx, locals, v)
      if (r instanceof Promise) return r.then((x) => (x instanceof Skipped ? skip(ctx, x.met) : x))
      return r instanceof Skipped ? skip(ctx, r.met) : r
    }
    return (ctx, locals) => {
      const v = head(ctx, locals)
      return v instanceof Promise ? v.then((x) => run(ctx, locals, x)) : run(ctx, locals, v)
    }
  }
  return (ctx, locals) => {
    const start = head(ctx, locals)
    return start instanceof Promise
      ? start.then((v) => runSteps(steps, skips, 0, ctx, locals, v))
      : runSteps(steps, skips, 0, ctx, locals, start)
  }
}

function runSteps(
  steps: readonly Step[],
  skips: readonly Skip[],
  from: number,
  ctx: Context,
  locals: Value[],
  start: Value,
): Eventual<Value> {
  let value = start
  for (let i = from; i < steps.length; i++) {
    const result = (steps[i] as Step)(ctx, locals, value)
    if (result instanceof Promise) {
      const [skip, next] = [skips[i] as Skip, i + 1]
      return result.then((r) =>
        r instanceof Skipped ? skip(ctx, r.met) : runSteps(steps, skips, next, ctx, locals, r),
      )
    }
    if (result instanceof Skipped) return (skips[i] as Skip)(ctx, result.met)
    value = result
  }
  return value
}

/** What a chain is worth whose rest is skipped, given what the skipping component met: a null, or a failure at `!`. */
type Skip = (ctx: Context, met: Value) => Eventual<Value>

/** For each component the index of the next `!`; −1: none. */
function nextBangs(components: readonly Component[]): number[] {
  const next = new Array<number>(components.length).fill(-1)
  for (let i = components.length - 2; i >= 0; i--)
    next[i] = components[i + 1]?.kind === 'bang' ? i + 1 : (next[i + 1] as number)
  return next
}

function skipFrom(
  components: readonly Component[],
  i: number,
  bang: number,
  receivers: readonly Span[],
): Skip {
  const nullOf = (ctx: Context, met: Value) => absentAs(ctx, met, receivers[i] as Span)
  if (bang < 0) return nullOf
  const last = components[bang - 1] as Component
  const from =
    bang - 1 > i ? last.span : last.kind === 'method' && !last.optionalCall ? last.name.span : placeOf(last)
  const span = join(from, (components[bang] as Component).span)
  return (ctx, met) =>
    andThen(nullOf(ctx, met), (v) => {
      throw nullFailure(v, span)
    })
}

/** The null that stands for a document that is not there. */
const absentAs = (ctx: Context, met: Value, span: Span): Eventual<NullValue> =>
  met instanceof DocValue
    ? andThen(
        ctx.host.missing(ctx, met),
        (cause = 'not found') => new NullValue({ why: 'document', document: met, cause }, span),
      )
    : (met as NullValue)

/** What stands for a component where the next one fails for its value. */
const placeOf = (c: Component): Span =>
  c.kind === 'select' ? c.name.span : c.kind === 'bang' ? c.span : c.argsSpan

/** For each component, the place of the value that it is applied to. */
function receiverSpans(e: ChainExpr): Span[] {
  let receiver = e.head.span
  return e.components.map((c) => {
    const before = receiver
    receiver = c.kind === 'bang' ? join(before, c.span) : placeOf(c)
    return before
  })
}

function compileStep(c: Component, receiver: Span, compile: Compile): Step {
  switch (c.kind) {
    case 'select':
      return compileSelect(c, receiver)
    case 'method':
      return compileMethodCall(c, receiver, compile)
    case 'apply':
      return compileApply(c, compile)
    case 'access':
      return compileAccess(c, receiver, compile)
    case 'bang': {
      const span = join(receiver, c.span)
      return (ctx, _locals, v) => assertPresent(ctx, v, span)
    }
  }
}

/** Null, or a document that is not there or cannot be read. */
const isAbsent = (ctx: Context, v: Value): Eventual<boolean> =>
  v instanceof DocValue ? andThen(ctx.host.missing(ctx, v), (cause) => cause !== undefined) : isNull(v)

/** Wraps a step of a `?.` component. `always`: what a value that is absent answers too. */
const optional =
  (step: Step, always: (v: Value) => boolean): Step =>
  (ctx, locals, v) => {
    if (always(v)) return step(ctx, locals, v)
    return andThen(isAbsent(ctx, v), (absent) => (absent ? new Skipped(v) : step(ctx, locals, v)))
  }

function compileSelect(c: SelectComponent, receiver: Span): Step {
  const name = c.name.text
  const place: FieldPlace = { nameSpan: c.name.span, receiverSpan: receiver }
  const step: Step = (ctx, _locals, v) => getField(ctx, v, name, place)
  return c.optional ? optional(step, (v) => alwaysField(v, name)) : step
}

/** Evaluates arguments left to right. */
function compileArgs(
  args: readonly Expr[],
  compile: Compile,
): (ctx: Context, locals: Value[]) => Eventual<Value[]> {
  const codes = args.map(compile)
  if (codes.length === 0) return () => []
  if (codes.length === 1) {
    const only = codes[0] as Code
    return (ctx, locals) => {
      const v = only(ctx, locals)
      return v instanceof Promise ? v.then((x) => [x]) : [v]
    }
  }
  return (ctx, locals) => evaluateAll(codes, ctx, locals, [])
}

export function evaluateAll(
  codes: readonly Code[],
  ctx: Context,
  locals: Value[],
  out: Value[],
): Eventual<Value[]> {
  for (let i = out.length; i < codes.length; i++) {
    const v = (codes[i] as Code)(ctx, locals)
    if (v instanceof Promise)
      return v.then((x) => {
        out.push(x)
        return evaluateAll(codes, ctx, locals, out)
      })
    out.push(v)
  }
  return out
}

function compileMethodCall(c: MethodCallComponent, receiver: Span, compile: Compile): Step {
  const args = compileArgs(c.args, compile)
  const name = c.name.text
  const place: FieldPlace = { nameSpan: c.name.span, receiverSpan: receiver }
  const callMethod = (ctx: Context, locals: Value[], v: Value, method: NativeDefinition): Eventual<Value> => {
    const values = args(ctx, locals)
    return values instanceof Promise
      ? values.then((vs) => callNativeAt(ctx, method, v, vs, c.argsSpan))
      : callNativeAt(ctx, method, v, values, c.argsSpan)
  }
  const callField = (ctx: Context, locals: Value[], v: Value): Eventual<Value | Skipped> =>
    andThen(getField(ctx, v, name, place), (f) => {
      if (c.optionalCall && isNull(f)) return new Skipped(f)
      return applyField(ctx, locals, f, { name, nameSpan: c.name.span, receiver: v }, args, c.argsSpan)
    })
  const step: Step = (ctx, locals, v) => {
    const method = findMethod(ctx, v, name, place)
    if (method instanceof Promise)
      return method.then((m) => (m ? callMethod(ctx, locals, v, m) : callField(ctx, locals, v)))
    return method ? callMethod(ctx, locals, v, method) : callField(ctx, locals, v)
  }
  return c.optional ? optional(step, (v) => alwaysMethod(v, name)) : step
}

interface FieldContext {
  readonly name: string
  readonly nameSpan: Span
  readonly receiver: Value
}
type Args = (ctx: Context, locals: Value[]) => Eventual<Value[]>

/** Calls what a field holds; the field's name is part of the failure. */
function applyField(
  ctx: Context,
  locals: Value[],
  f: Value,
  field: FieldContext,
  args: Args,
  span: Span,
): Eventual<Value> {
  if (isFunction(f) || constructorOf(f)) return applyValue(ctx, locals, f, args, span)
  if (isNull(f) && f.cause.why === 'missing-field')
    throw fail.noSuchFunction(field.name, typeName(field.receiver), field.nameSpan)
  throw fail.notAFunction(field.name, typeName(f), field.nameSpan)
}

const constructorOf = (v: Value): NativeDefinition | undefined =>
  v instanceof ModuleValue ? v.type.apply : undefined

function applyValue(ctx: Context, locals: Value[], f: Value, args: Args, span: Span): Eventual<Value> {
  const apply = constructorOf(f)
  if (apply) return andThen(args(ctx, locals), (values) => callNativeAt(ctx, apply, f, values, span))
  if (!isFunction(f)) {
    if (isNull(f) && f.cause.why === 'missing-field')
      throw fail.noSuchFunction(f.cause.field, f.cause.receiver, f.span ?? span)
    throw fail.typeMismatch('Function', typeName(f), span)
  }
  return andThen(args(ctx, locals), (values) => callAt(ctx, f, values, span))
}

function compileApply(c: ApplyComponent, compile: Compile): Step {
  const args = compileArgs(c.args, compile)
  return (ctx, locals, v) =>
    c.optional && isNull(v) ? new Skipped(v) : applyValue(ctx, locals, v, args, c.argsSpan)
}

/** The key is evaluated before anything is asked of the receiver: `null?.[key]` evaluates it too. */
function compileAccess(c: AccessComponent, receiver: Span, compile: Compile): Step {
  const args = compileArgs(c.args, compile)
  const place: FieldPlace = { nameSpan: c.argsSpan, receiverSpan: receiver, operator: '[]' }
  return (ctx, locals, v) =>
    andThen(args(ctx, locals), (values) => accessElement(ctx, v, values, place, c.optional))
}

/** `v[key]`: by key for objects and documents, by index for what declares an access. */
function accessElement(
  ctx: Context,
  v: Value,
  args: readonly Value[],
  place: FieldPlace,
  isOptional: boolean,
): Eventual<Value | Skipped> {
  const access = isNull(v) ? undefined : typeOf(v).access
  if (access) return callNativeAt(ctx, access, v, args, place.nameSpan)
  if (!isNull(v) && !(v instanceof ObjectValue) && !(v instanceof DocValue))
    throw fail.noSuchFunction('[]', typeName(v), place.nameSpan)
  if (args.length !== 1) throw fail.wrongArity(ONE_KEY, args.length, place.nameSpan)
  const key = args[0] as Value
  if (isNull(v)) {
    if (isOptional) return new Skipped(v)
    throw fail.nullAccess('[]', place.nameSpan, createdHere(v))
  }
  if (typeof key !== 'string') throw fail.wrongArgument('key0', 'String', typeName(key)).at(place.nameSpan)
  if (!isOptional || alwaysField(v, key)) return getField(ctx, v, key, place)
  return andThen(isAbsent(ctx, v), (absent) => (absent ? new Skipped(v) : getField(ctx, v, key, place)))
}

const ONE_KEY = { counts: [1], variadic: false }
