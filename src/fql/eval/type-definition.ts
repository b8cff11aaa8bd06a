import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'
import type { NativeDefinition } from './native.ts'

/** A field that is computed from the value itself, such as `length`. */
export interface FieldDefinition {
  readonly name: string
  /** FQL type text. */
  readonly signature: string
  get(ctx: Context, self: Value): Eventual<Value>
}

/** What a kind of value, a module or a collection object offers at run time, and its static signatures as text. */
export interface TypeDefinition {
  /** As error texts name it: `String`, `Array<Any>`, `{ *: Any }`, `Math`, `User`. */
  readonly name: string
  /** As types name it: `String`, `Array`, `MathModule`, `UserCollection`. */
  readonly typeName: string
  readonly typeParams: readonly string[]
  readonly fields: ReadonlyMap<string, FieldDefinition>
  readonly methods: ReadonlyMap<string, NativeDefinition>
  /** `value[key]` */
  readonly access: NativeDefinition | undefined
  /** `Module(args)` */
  readonly apply: NativeDefinition | undefined
  /** Static signatures of operators beyond those which every value has: operator → FQL type text. */
  readonly operators: ReadonlyMap<string, string>
  /** Methods found by name at run time (the indexes of a collection). */
  readonly dynamic?: (name: string) => NativeDefinition | undefined
}

export const methodOf = (type: TypeDefinition, name: string): NativeDefinition | undefined =>
  type.methods.get(name) ?? type.dynamic?.(name)
