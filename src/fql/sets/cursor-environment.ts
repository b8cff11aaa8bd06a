import type { LambdaCode } from '#src/fql/eval/code.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { LambdaExpr } from '#src/fql/syntax/tree.ts'
import type { Value } from '#src/fql/values/value.ts'

/** What bringing a cursor back asks of the evaluator, which lies above the sets and hands this down when it loads. */
export interface CursorEnvironment {
  compileLambda(expr: LambdaExpr, captureNames: readonly string[]): LambdaCode
  /** The method of that name that a value has. */
  method(self: Value, name: string): NativeDefinition | undefined
  /** A module or function of the language. */
  builtIn(name: string): Value | undefined
}

let environment: CursorEnvironment | undefined

export function provideCursorEnvironment(e: CursorEnvironment): void {
  environment = e
}

export function cursorEnvironment(): CursorEnvironment {
  if (!environment) throw new Error('the evaluator has not been loaded')
  return environment
}
