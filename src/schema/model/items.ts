/**
 * The items of a schema (spec/schema.md §1.3) as plain immutable data: what the FSL parser makes and what schema
 * documents are translated to. Every part has its span; parts that come from documents have `NO_SPAN` (their
 * expressions have spans in the document text they were parsed from).
 */
import type { Span } from '#src/fql/syntax/span.ts'
import type { BlockExpr, Expr, LambdaExpr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'
import type { FieldPath } from './path.ts'

export type SchemaItem = CollectionItem | FunctionItem | RoleItem | AccessProviderItem
export type ItemKind = SchemaItem['kind']

/** In the order in which items of different kinds are listed. */
export const ITEM_KINDS = ['collection', 'function', 'role', 'access provider'] as const satisfies ItemKind[]

interface ItemBase {
  readonly name: Name
  /** Annotations and doc comment included. */
  readonly span: Span
  /** The comment right before the item. */
  readonly doc: Span | undefined
}

/** `@alias(A)`, `@role(R)`. */
export interface Annotation {
  readonly kind: 'alias' | 'role'
  readonly value: Name
  readonly span: Span
}

/** A member that holds one literal: `history_days 3`. */
export interface Setting<T> {
  readonly value: T
  readonly valueSpan: Span
  readonly span: Span
}

// ---------------------------------------------------------------- collections

export interface CollectionItem extends ItemBase {
  readonly kind: 'collection'
  readonly alias: Annotation | undefined
  /** Defined, computed and wildcard fields in source order. */
  readonly fields: readonly Field[]
  readonly indexes: readonly Index[]
  readonly uniques: readonly Unique[]
  readonly checks: readonly Check[]
  /** undefined: not written, which means `DEFAULT_HISTORY_DAYS`. */
  readonly historyDays: Setting<bigint> | undefined
  readonly ttlDays: Setting<bigint> | undefined
  readonly documentTtls: Setting<boolean> | undefined
  readonly migrations: MigrationBlock | undefined
}

export const DEFAULT_HISTORY_DAYS = 0n
/** How `history_days: null` (history for ever) is written in FSL (spec §11). */
export const ENDLESS_HISTORY_DAYS = 9223372036854775807n

export type Field = DefinedField | ComputedField | WildcardField

export interface DefinedField {
  readonly kind: 'defined'
  readonly name: Name
  /** Object types may carry defaults. */
  readonly type: TypeExpr
  readonly default: Expr | undefined
  readonly span: Span
}

export interface ComputedField {
  readonly kind: 'computed'
  /** The word `compute`. */
  readonly keyword: Span
  readonly name: Name
  readonly type: TypeExpr | undefined
  readonly body: LambdaExpr
  readonly span: Span
}

interface WildcardField {
  readonly kind: 'wildcard'
  readonly type: TypeExpr
  readonly span: Span
}

export interface IndexTerm {
  readonly path: FieldPath
  readonly mva: boolean
  readonly span: Span
}

export interface IndexValue extends IndexTerm {
  readonly order: 'asc' | 'desc'
}

/** A member that holds a list in brackets; `listSpan` includes them. */
export interface ListMember<T> {
  readonly items: readonly T[]
  readonly listSpan: Span
  readonly span: Span
}

export interface Index {
  readonly name: Name
  readonly terms: ListMember<IndexTerm> | undefined
  readonly values: ListMember<IndexValue> | undefined
  /** The braces with their content. */
  readonly blockSpan: Span
  readonly span: Span
}

export type Unique = ListMember<IndexTerm>

export interface Check {
  readonly name: Name
  readonly body: LambdaExpr
  /** The body with its parentheses. */
  readonly bodySpan: Span
  readonly span: Span
}

// ---------------------------------------------------------------- migrations

export interface MigrationBlock {
  readonly statements: readonly MigrationStatement[]
  readonly span: Span
}

export type MigrationStatement =
  | { readonly kind: 'add' | 'drop'; readonly field: FieldPath; readonly span: Span }
  | { readonly kind: 'move'; readonly field: FieldPath; readonly to: FieldPath; readonly span: Span }
  | {
      readonly kind: 'split'
      readonly field: FieldPath
      readonly to: readonly FieldPath[]
      readonly span: Span
    }
  | { readonly kind: 'backfill'; readonly field: FieldPath; readonly value: Expr; readonly span: Span }
  | { readonly kind: 'move_conflicts' | 'move_wildcard'; readonly into: FieldPath; readonly span: Span }
  | { readonly kind: 'add_wildcard'; readonly span: Span }

// ---------------------------------------------------------------- functions

export interface FunctionItem extends ItemBase {
  readonly kind: 'function'
  readonly alias: Annotation | undefined
  readonly role: Annotation | undefined
  readonly signature: Signature
  readonly body: BlockExpr
}

export interface Signature {
  readonly params: readonly Param[]
  readonly result: TypeExpr | undefined
  /** From the opening parenthesis to the result type. */
  readonly span: Span
}

export interface Param {
  readonly name: Name
  readonly type: TypeExpr | undefined
  readonly variadic: boolean
}

// ---------------------------------------------------------------- roles, access providers

export interface RoleItem extends ItemBase {
  readonly kind: 'role'
  readonly privileges: readonly Privilege[]
  readonly membership: readonly Membership[]
}

export const ACTIONS = [
  'create',
  'create_with_id',
  'delete',
  'read',
  'write',
  'history_read',
  'history_write',
  'unrestricted_read',
  'call',
] as const
export type ActionName = (typeof ACTIONS)[number]

export interface Privilege {
  readonly resource: Name
  readonly actions: readonly Action[]
  readonly blockSpan: Span
  readonly span: Span
}

export interface Action {
  readonly action: ActionName
  readonly predicate: Predicate | undefined
  readonly span: Span
}

/** `{ predicate (λ) }`; the span is that of the block. */
export interface Predicate {
  readonly body: LambdaExpr
  readonly span: Span
}

export interface Membership {
  readonly resource: Name
  readonly predicate: Predicate | undefined
  readonly span: Span
}

export interface AccessProviderItem extends ItemBase {
  readonly kind: 'access provider'
  readonly issuer: Setting<string>
  readonly jwksUri: Setting<string>
  readonly roles: readonly ProviderRole[]
}

export interface ProviderRole {
  readonly role: Name
  readonly predicate: Predicate | undefined
  readonly span: Span
}
