import type { LambdaExpr } from '#src/fql/syntax/tree.ts'
import type { Arity } from '#src/fql/values/function.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'

/** Compiled expression: reads its variables from the slots of the running function. */
export type Code = (ctx: Context, locals: Value[]) => Eventual<Value>

/** A variable of the enclosing function that a lambda takes along. */
export interface Capture {
  readonly name: string
  /** Slot in the enclosing function. */
  readonly outer: number
  /** Slot in this one. */
  readonly inner: number
}

/** A compiled lambda. Slots 0 … n−1 are its parameters, the variadic one last. */
export interface LambdaCode {
  readonly arity: Arity
  readonly params: number
  readonly variadic: boolean
  readonly size: number
  readonly captures: readonly Capture[]
  readonly body: Code
  readonly expr: LambdaExpr
}
