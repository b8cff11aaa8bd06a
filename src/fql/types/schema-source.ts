/** What the checker reads of a schema; the items of a schema have these parts. */
import type { Span } from '#src/fql/syntax/span.ts'
import type { BlockExpr, Expr, LambdaExpr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'

export interface CollectionSource {
  readonly name: Name
  readonly alias: { readonly value: Name } | undefined
  readonly fields: readonly FieldSource[]
  readonly indexes: readonly IndexSource[]
  readonly uniques: readonly ListSource[]
  readonly checks: readonly { readonly body: LambdaExpr }[]
  readonly documentTtls: { readonly value: boolean } | undefined
}

export type FieldSource =
  | {
      readonly kind: 'defined'
      readonly name: Name
      readonly type: TypeExpr
      readonly default: Expr | undefined
    }
  | ComputedSource
  | { readonly kind: 'wildcard'; readonly type: TypeExpr }

export interface ComputedSource {
  readonly kind: 'computed'
  readonly name: Name
  readonly type: TypeExpr | undefined
  readonly body: LambdaExpr
}

interface IndexSource {
  readonly name: Name
  readonly terms: ListSource | undefined
  readonly values: ListSource | undefined
}
interface ListSource {
  readonly items: readonly TermSource[]
}
export interface TermSource {
  readonly path: PathSource
  readonly mva: boolean
  readonly span: Span
}
export interface PathSource {
  readonly elements: readonly { readonly key: string | bigint; readonly span: Span }[]
  readonly span: Span
}

export interface FunctionSource {
  readonly name: Name
  readonly alias: { readonly value: Name } | undefined
  readonly signature: {
    readonly params: readonly {
      readonly name: Name
      readonly type: TypeExpr | undefined
      readonly variadic: boolean
    }[]
    readonly result: TypeExpr | undefined
    readonly span: Span
  }
  readonly body: BlockExpr
  readonly span: Span
}

export interface SchemaSource {
  readonly collections: readonly CollectionSource[]
  readonly functions: readonly FunctionSource[]
  /** Of roles and access providers: they only have to type. */
  readonly predicates: readonly LambdaExpr[]
}
