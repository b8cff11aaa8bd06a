/**
 * How the standard library is declared: one file a type or module, one declaration a method. From a declaration come
 * the run-time checks, the static types, the arity errors and the reference page (docs/architecture.md).
 *
 * Signatures are FQL text. As a parameter, `Int` means any number statically and an Int at run time; `Struct` is an
 * object literal, `Document` a document and `Object` also a module, all `{ *: Any }` statically; single capitals are
 * type variables.
 */

import type { Context } from '#src/fql/eval/context.ts'
import { type Effect, PURE } from '#src/fql/eval/effect.ts'
import { NativeDefinition, type NativeImplementation, type Overload } from '#src/fql/eval/native.ts'
import { ANY } from '#src/fql/eval/runtime-type.ts'
import { type Signature, signature } from '#src/fql/eval/signature.ts'
import type { FieldDefinition, TypeDefinition } from '#src/fql/eval/type-definition.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'

export interface MethodOptions {
  /** What calling it does; the default is nothing. */
  readonly effect?: Effect
  /** Names of function parameters in arity errors, where they are not the declared ones. */
  readonly callbackNames?: Readonly<Record<string, string>>
  /** Parameters whose kinds the implementation checks itself. */
  readonly unchecked?: readonly string[]
}

/** A method or function with one implementation for all its signatures. */
export function method(
  signatures: string | readonly string[],
  implementation: NativeImplementation,
  options: MethodOptions = {},
): NativeDefinition {
  const overloads = [signatures].flat().map(
    (text): Overload => ({
      signature: loosened(signature(text, options.callbackNames), options.unchecked ?? []),
      implementation: implementation as Overload['implementation'],
    }),
  )
  return new NativeDefinition((overloads[0] as Overload).signature.name, overloads, options.effect ?? PURE)
}

const loosened = (s: Signature, unchecked: readonly string[]): Signature => ({
  ...s,
  params: s.params.map((p) => (unchecked.includes(p.name) ? { ...p, type: ANY } : p)),
})

/** A field computed from the value: `field('length: Number', (ctx, self: string) => …)`. */
export function field(text: string, get: (ctx: Context, self: never) => Eventual<Value>): FieldDefinition {
  const colon = text.indexOf(':')
  return {
    name: text.slice(0, colon).trim(),
    signature: text.slice(colon + 1).trim(),
    get: get as FieldDefinition['get'],
  }
}

export interface TypeDeclaration {
  /** As error texts name it: `String`, `Array<Any>`, `Math`. */
  readonly name: string
  /** As types name it, when that differs: `Array`, `MathModule`. */
  readonly typeName?: string
  readonly typeParams?: readonly string[]
  readonly fields?: readonly FieldDefinition[]
  readonly methods?: readonly NativeDefinition[]
  /** Operator → FQL type of the operator as a function of its right operand (unary: of nothing). */
  readonly operators?: Readonly<Record<string, string>>
  /** `value[key]`, declared with the name `[]`. */
  readonly access?: NativeDefinition
  /** The constructor, declared with the name `apply`. */
  readonly apply?: NativeDefinition
  readonly dynamic?: (name: string) => NativeDefinition | undefined
}

export function declareType(d: TypeDeclaration): TypeDefinition {
  return {
    name: d.name,
    typeName: d.typeName ?? d.name,
    typeParams: d.typeParams ?? [],
    fields: new Map((d.fields ?? []).map((f) => [f.name, f])),
    methods: new Map((d.methods ?? []).map((m) => [m.name, m])),
    operators: new Map(Object.entries(d.operators ?? {})),
    access: d.access,
    apply: d.apply,
    ...(d.dynamic && { dynamic: d.dynamic }),
  }
}
