import type { FunctionType, FunctionTypeParam, TypeExpr } from '#src/fql/syntax/tree.ts'
import { parseType } from '#src/fql/syntax/type-parser.ts'
import { type RuntimeType, runtimeTypeOf } from './runtime-type.ts'

/** A parameter of a built-in, from its declared signature. */
export interface Parameter {
  readonly name: string
  readonly type: RuntimeType
  /** Number of arguments with which the built-in calls a function given here. */
  readonly callbackArity: number | undefined
  /** Its name in arity errors, where that is not the declared one. */
  readonly callbackName: string | undefined
}

/** A signature as declared: `name(params) => Result`. */
export interface Signature {
  readonly name: string
  readonly params: readonly Parameter[]
  readonly variadic: Parameter | undefined
  readonly type: FunctionType
  /** The type without the name, as FQL text. */
  readonly text: string
}

/**
 * Reads `name(a: T, b: ...U) => R`. In a declaration `Int` as a parameter means: any number statically, an Int at run
 * time (spec/stdlib.md §1.1); `Object`, `Struct` and `Document` are `{ *: Any }` statically.
 * A malformed declaration is a programmer's error and throws at load time.
 */
export function signature(text: string, callbackNames: Readonly<Record<string, string>> = {}): Signature {
  const open = text.indexOf('(')
  const name = text.slice(0, open).trim()
  const typeText = text.slice(open)
  const parsed = parseType({ name: '*signature*', text: typeText })
  if (!parsed.ok)
    throw new Error(`malformed signature ${text}: ${parsed.errors.map((e) => e.message).join('; ')}`)
  const type = ungroup(parsed.value)
  const parameter = (p: FunctionTypeParam, i: number): Parameter => ({
    name: p.name?.text ?? `arg${i}`,
    type: runtimeTypeOf(p.type),
    callbackArity: callbackArityOf(p.type),
    callbackName: p.name && callbackNames[p.name.text],
  })
  return {
    name,
    params: type.params.map(parameter),
    variadic: type.variadic && parameter(type.variadic, type.params.length),
    type,
    text: typeText,
  }
}

function ungroup(type: TypeExpr): FunctionType {
  if (type.kind !== 'function') throw new Error('a signature must be a function type')
  return type
}

/** The arity of a function type, also where it is one member of a union. */
function callbackArityOf(type: TypeExpr): number | undefined {
  if (type.kind === 'function') return type.variadic ? undefined : type.params.length
  if (type.kind === 'union') return type.members.map(callbackArityOf).find((n) => n !== undefined)
  if (type.kind === 'tuple' && type.elements.length === 1)
    return callbackArityOf(type.elements[0] as TypeExpr)
  return undefined
}
