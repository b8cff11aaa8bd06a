import type { LambdaCode } from '#src/fql/eval/code.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Value } from './value.ts'

/** A closure: code and the values it captured, in the order of `code.captures`. */
export class LambdaValue {
  readonly kind = 'lambda'
  readonly code: LambdaCode
  readonly captured: readonly Value[]
  constructor(code: LambdaCode, captured: readonly Value[]) {
    this.code = code
    this.captured = captured
  }
}

/** A built-in function, bound to its receiver when it is a method. */
export class NativeFunctionValue {
  readonly kind = 'native-function'
  readonly definition: NativeDefinition
  readonly self: Value
  constructor(definition: NativeDefinition, self: Value) {
    this.definition = definition
    this.self = self
  }
}

/** A user-defined function of the schema. `invoke` checks `call`, applies the function's role and runs the body. */
export abstract class UserFunctionValue {
  readonly kind = 'user-function'
  abstract readonly name: string
  abstract readonly arity: Arity
  /** Its schema document. */
  abstract readonly definition: Value
  abstract invoke(ctx: Context, args: readonly Value[]): Eventual<Value>
}

export type FunctionValue = LambdaValue | NativeFunctionValue | UserFunctionValue

/** How many arguments a function takes: any of `counts`; with `variadic`, also anything above the least of them. */
export interface Arity {
  readonly counts: readonly number[]
  readonly variadic: boolean
}

export const accepts = (arity: Arity, n: number): boolean =>
  arity.counts.includes(n) || (arity.variadic && n >= Math.min(...arity.counts))

export function arityOf(f: FunctionValue): Arity {
  switch (f.kind) {
    case 'lambda':
      return f.code.arity
    case 'native-function':
      return f.definition.arity
    case 'user-function':
      return f.arity
  }
}

export const isFunction = (v: Value): v is FunctionValue =>
  v instanceof LambdaValue || v instanceof NativeFunctionValue || v instanceof UserFunctionValue
