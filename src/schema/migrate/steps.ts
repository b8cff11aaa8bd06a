/** Migration steps as derived from the statements of a collection and its new shape (spec/schema.md §13.4). */
import type { Expr, TypeExpr } from '#src/fql/syntax/tree.ts'

/** Names of a field, outermost first. */
export type FieldNames = readonly string[]

export type MigrationStep =
  | AddStep
  | { readonly kind: 'drop'; readonly field: FieldNames }
  | { readonly kind: 'move'; readonly field: FieldNames; readonly to: FieldNames }
  | SplitStep
  | { readonly kind: 'move_conflicts'; readonly into: FieldNames }
  | MoveWildcardStep
  | { readonly kind: 'add_wildcard' }

/** `backfill` is the value of a `backfill` statement, else the default of the field, else nothing. */
interface AddStep {
  readonly kind: 'add'
  readonly field: FieldNames
  readonly type: TypeExpr
  readonly backfill: Expr | undefined
}

interface SplitStep {
  readonly kind: 'split'
  readonly field: FieldNames
  readonly targets: readonly SplitTarget[]
}

export interface SplitTarget {
  readonly field: FieldNames
  readonly type: TypeExpr
  readonly backfill: Expr | undefined
}

interface MoveWildcardStep {
  readonly kind: 'move_wildcard'
  readonly into: FieldNames
  /** Top-level fields that stay. */
  readonly except: readonly string[]
}
