import * as fail from '#src/fql/errors/catalogue.ts'
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import { accepts, type FunctionValue, LambdaValue, NativeFunctionValue } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isNull, NULL, nullLiteral, type Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'
import type { NativeDefinition } from './native.ts'

/** Calls a function from a built-in. The built-in's own frame stands for it in traces. */
export function call(ctx: Context, f: FunctionValue, args: readonly Value[]): Eventual<Value> {
  const pause = ctx.run.step()
  return pause ? pause.then(() => dispatch(ctx, f, args)) : dispatch(ctx, f, args)
}

/** Calls a predicate: null counts as false, anything else than a Boolean fails (spec/language.md §2.5). */
export function callPredicate(ctx: Context, f: FunctionValue, arg: Value): Eventual<boolean> {
  const answer = call(ctx, f, [arg])
  return answer instanceof Promise ? answer.then(asPredicate) : asPredicate(answer)
}

function asPredicate(v: Value): boolean {
  if (typeof v === 'boolean') return v
  if (isNull(v)) return false
  throw fail.typeMismatch('Boolean', typeName(v))
}

/** A call written in FQL: pushes a frame for its argument list while it runs. */
export function callAt(ctx: Context, f: FunctionValue, args: readonly Value[], span: Span): Eventual<Value> {
  const pause = ctx.run.enter(span)
  if (pause) return pause.then(() => dispatch(ctx, f, args)).then((v) => leave(ctx, v))
  const result = dispatch(ctx, f, args)
  if (result instanceof Promise) return result.then((v) => leave(ctx, v))
  ctx.run.leave()
  return result
}

/** A built-in called by name on its receiver: spares the bound function value. */
export function callNativeAt(
  ctx: Context,
  definition: NativeDefinition,
  self: Value,
  args: readonly Value[],
  span: Span,
): Eventual<Value> {
  const pause = ctx.run.enter(span)
  if (pause)
    return pause.then(() => definition.invoke(ctx, self, args)).then((v) => leaveNative(ctx, v, span))
  const result = definition.invoke(ctx, self, args)
  if (result instanceof Promise) return result.then((v) => leaveNative(ctx, v, span))
  return leaveNative(ctx, result, span)
}

/** A null without a story comes from this call. */
function leaveNative(ctx: Context, v: Value, span: Span): Value {
  ctx.run.leave()
  return v === NULL ? nullLiteral(span) : v
}

function leave<T>(ctx: Context, v: T): T {
  ctx.run.leave()
  return v
}

/** Runs `f` with a frame that is no call. */
export function inFrame<T>(ctx: Context, span: Span, f: () => Eventual<T>): Eventual<T> {
  const pause = ctx.run.push(span)
  const result = pause ? pause.then(f) : f()
  return result instanceof Promise ? result.then((v) => leave(ctx, v)) : leave(ctx, result)
}

/** The running calls, outermost first: a set keeps them, so that failures of its functions tell where it was made. */
export const traceOf = (ctx: Context): readonly Span[] => ctx.run.frames.slice()

/** Runs `f` with the frames of where the set that needs it was made. */
export function inTrace<T>(ctx: Context, trace: readonly Span[], f: () => Eventual<T>): Eventual<T> {
  if (trace.length === 0) return f()
  const pause = ctx.run.pushAll(trace)
  const result = pause ? pause.then(f) : f()
  if (result instanceof Promise)
    return result.then((v) => {
      ctx.run.leaveAll(trace)
      return v
    })
  ctx.run.leaveAll(trace)
  return result
}

function dispatch(ctx: Context, f: FunctionValue, args: readonly Value[]): Eventual<Value> {
  if (f instanceof LambdaValue) return callLambda(ctx, f, args)
  if (f instanceof NativeFunctionValue) return f.definition.invoke(ctx, f.self, args)
  return f.invoke(ctx, args)
}

function callLambda(ctx: Context, f: LambdaValue, args: readonly Value[]): Eventual<Value> {
  const { code } = f
  if (!accepts(code.arity, args.length)) throw fail.wrongArity(code.arity, args.length)
  const locals = new Array<Value>(code.size)
  const fixed = code.variadic ? code.params - 1 : code.params
  for (let i = 0; i < fixed; i++) locals[i] = args[i] as Value
  if (code.variadic) locals[fixed] = args.slice(fixed)
  const { captures } = code
  for (let i = 0; i < captures.length; i++)
    locals[(captures[i] as { inner: number }).inner] = f.captured[i] as Value
  return code.body(ctx, locals)
}

/** For code that no source made (stored predicates called by the server). */
export const callFromServer = (ctx: Context, f: FunctionValue, args: readonly Value[]): Eventual<Value> =>
  callAt(ctx, f, args, NO_SPAN)
