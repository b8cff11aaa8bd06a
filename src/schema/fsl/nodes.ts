/**
 * What the first pass makes of FSL text: keyword, name and value of each item and member, whatever they mean. The second
 * pass (`convert.ts`) gives them meaning, so it can report mistakes together and with better words than a parser.
 */
import type { Span } from '#src/fql/syntax/span.ts'
import type { BlockExpr, Expr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'
import type { MigrationStatement, Param } from '../model/items.ts'

export interface Node {
  readonly annotations: readonly AnnotationNode[]
  readonly keyword: Name
  readonly name: Name | undefined
  readonly value: NodeValue | undefined
  /** From the doc comment or first annotation to the last `;` on the same line. */
  readonly span: Span
  readonly doc: Span | undefined
}

export interface AnnotationNode {
  readonly keyword: Name
  readonly value: Name
  readonly span: Span
}

export type NodeValue =
  | BlockNode
  | PathsNode
  | ExprNode
  | FunctionNode
  | FieldNode
  | MigrationNode
  | InvalidNode

/** `{ … }` */
export interface BlockNode {
  readonly kind: 'block'
  readonly nodes: readonly Node[]
  readonly span: Span
}

/** `[ … ]` */
export interface PathsNode {
  readonly kind: 'paths'
  readonly paths: readonly Expr[]
  readonly span: Span
}

export interface ExprNode {
  readonly kind: 'expr'
  readonly expr: Expr
  readonly span: Span
}

export interface FunctionNode {
  readonly kind: 'function'
  /** The variadic one last. */
  readonly params: readonly Param[]
  readonly closeParen: Span
  readonly result: TypeExpr | undefined
  readonly signatureSpan: Span
  readonly body: BlockExpr
  readonly span: Span
}

/** `[compute] name [: type] [= expr]`; the node's keyword is then `compute`, or the name once more. */
export interface FieldNode {
  readonly kind: 'field'
  readonly field: 'defined' | 'computed' | 'wildcard'
  readonly type: TypeExpr | undefined
  readonly value: Expr | undefined
  readonly span: Span
}

interface MigrationNode {
  readonly kind: 'migration'
  readonly statement: MigrationStatement
  readonly span: Span
}

/** Text that could not be read, up to where the next item may begin. */
interface InvalidNode {
  readonly kind: 'invalid'
  readonly span: Span
}
