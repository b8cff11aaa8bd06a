import type { LambdaValue } from '#src/fql/values/function.ts'

/** An action granted: always, or when the predicate says so. */
export type Grant = true | LambdaValue

interface CompiledPrivilege {
  /** Name or alias as written. */
  readonly resource: string
  readonly actions: ReadonlyMap<string, Grant>
}

interface CompiledMembership {
  readonly resource: string
  readonly predicate: LambdaValue | undefined
}

/** A user-defined role as the schema has it, predicates compiled. */
export interface Role {
  readonly name: string
  readonly privileges: readonly CompiledPrivilege[]
  readonly membership: readonly CompiledMembership[]
}
