import * as fail from '#src/fql/errors/catalogue.ts'
import { type Arity, accepts, arityOf, isFunction } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'
import { type Effect, requireEffect, WRITE } from './effect.ts'
import type { Parameter, Signature } from './signature.ts'

/** `self`, then the cast arguments; a variadic parameter arrives as the rest. Implementations name the kinds they get. */
export type NativeImplementation = (ctx: Context, self: never, ...args: never[]) => Eventual<Value>

/** One way to call a built-in. */
export interface Overload {
  readonly signature: Signature
  readonly implementation: (ctx: Context, self: Value, ...args: Value[]) => Eventual<Value>
}

/** A built-in function or method: declared in `fql/stdlib/`, checked and cast by its signatures. */
export class NativeDefinition {
  readonly name: string
  readonly overloads: readonly Overload[]
  readonly effect: Effect
  readonly arity: Arity
  /** As effect errors name it. */
  private readonly action: string

  constructor(name: string, overloads: readonly Overload[], effect: Effect) {
    this.name = name
    this.overloads = overloads
    this.effect = effect
    this.arity = arityOfOverloads(overloads)
    this.action = `\`${name}\``
  }

  /** Checks effect, count and kinds of the arguments, casts them and calls. */
  invoke(ctx: Context, self: Value, args: readonly Value[]): Eventual<Value> {
    if (this.effect > ctx.effect.max) requireEffect(ctx.effect, this.effect, this.action)
    if (this.effect === WRITE) ctx.run.writes++
    const only = this.overloads.length === 1 ? this.overloads[0] : undefined
    if (only) return invokeOnly(this, only, ctx, self, args)
    return invokeFirstFitting(this, ctx, self, args)
  }
}

function arityOfOverloads(overloads: readonly Overload[]): Arity {
  const counts = [...new Set(overloads.map((o) => o.signature.params.length))]
  return { counts, variadic: overloads.some((o) => o.signature.variadic !== undefined) }
}

function invokeOnly(
  def: NativeDefinition,
  overload: Overload,
  ctx: Context,
  self: Value,
  args: readonly Value[],
): Eventual<Value> {
  const { params, variadic } = overload.signature
  if (args.length !== params.length && !(variadic && args.length > params.length))
    throw fail.wrongArity(def.arity, args.length)
  const cast = new Array<Value>(args.length)
  for (let i = 0; i < args.length; i++) {
    const param = params[i] ?? (variadic as Parameter)
    const name = i < params.length ? param.name : `${param.name}${i - params.length}`
    const value = param.type.cast(args[i] as Value)
    if (value === undefined) throw fail.wrongArgument(name, param.type.name, typeName(args[i] as Value))
    checkCallback(param, name, value)
    cast[i] = value
  }
  return overload.implementation(ctx, self, ...cast)
}

function invokeFirstFitting(
  def: NativeDefinition,
  ctx: Context,
  self: Value,
  args: readonly Value[],
): Eventual<Value> {
  const candidates = def.overloads.filter(({ signature: { params, variadic } }) =>
    variadic ? args.length >= params.length : args.length === params.length,
  )
  if (candidates.length === 0) throw fail.wrongArity(def.arity, args.length)
  for (const overload of candidates) {
    const cast = castAll(overload.signature, args)
    if (!cast) continue
    checkCallbacks(overload.signature, cast)
    return overload.implementation(ctx, self, ...cast)
  }
  throw fail.wrongArguments(
    def.name,
    candidates.map((c) => `(${c.signature.params.map((p) => p.type.name).join(', ')})`).join(' | '),
    `(${args.map(typeName).join(', ')})`,
  )
}

function castAll(signature: Signature, args: readonly Value[]): Value[] | undefined {
  const cast: Value[] = []
  for (let i = 0; i < args.length; i++) {
    const param = signature.params[i] ?? (signature.variadic as Parameter)
    const value = param.type.cast(args[i] as Value)
    if (value === undefined) return undefined
    cast.push(value)
  }
  return cast
}

function checkCallbacks(signature: Signature, args: readonly Value[]): void {
  for (let i = 0; i < args.length; i++) {
    const param = signature.params[i] ?? (signature.variadic as Parameter)
    checkCallback(param, param.name, args[i] as Value)
  }
}

/** A function given to a built-in must take what the built-in will pass (spec/stdlib.md §1.2). */
function checkCallback(param: Parameter, name: string, value: Value): void {
  if (param.callbackArity === undefined || !isFunction(value)) return
  const arity = arityOf(value)
  if (!accepts(arity, param.callbackArity))
    throw fail.wrongCallbackArity(param.callbackName ?? name, param.callbackArity, arity)
}
