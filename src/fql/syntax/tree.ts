/**
 * The syntax tree of FQL v10 (spec/language.md §1.5, §1.8): plain immutable data, every node with its span.
 * Nodes are discriminated by `kind`; nothing here refers to evaluation, typing or storage.
 */
import type { Span } from './span.ts'

/** A name where it is written. */
export interface Name {
  readonly text: string
  readonly span: Span
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | IdExpr
  | ImplicitArgument
  | Literal
  | TemplateExpr
  | IfExpr
  | AtExpr
  | MatchExpr
  | LambdaExpr
  | BinaryExpr
  | UnaryExpr
  | IsaExpr
  | ChainExpr
  | ProjectExpr
  | ProjectAllExpr
  | TupleExpr
  | ArrayExpr
  | ObjectExpr
  | BlockExpr

/** A bare name. Template values (§1.10) are names `$0`, `$1`, …. */
export interface IdExpr {
  readonly kind: 'id'
  readonly name: string
  readonly span: Span
}

/** The unnamed argument of a short lambda or projection: what stands left of the first dot. Zero-width span. */
interface ImplicitArgument {
  readonly kind: 'it'
  readonly span: Span
}

export type Literal = NullLiteral | BooleanLiteral | IntLiteral | FloatLiteral | StringLiteral
interface NullLiteral {
  readonly kind: 'null'
  readonly span: Span
}
interface BooleanLiteral {
  readonly kind: 'boolean'
  readonly value: boolean
  readonly span: Span
}
/** Arbitrary precision; the evaluator picks Int, Long or Double (§1.3). */
export interface IntLiteral {
  readonly kind: 'int'
  readonly value: bigint
  readonly span: Span
}
/** `text` is the literal without underscores, sign included; always a Double when evaluated. */
export interface FloatLiteral {
  readonly kind: 'float'
  readonly text: string
  readonly span: Span
}
export interface StringLiteral {
  readonly kind: 'string'
  readonly value: string
  readonly span: Span
}

/** A string with `#{}` interpolation: texts (escapes decoded) and expressions in order. */
export interface TemplateExpr {
  readonly kind: 'template'
  readonly parts: readonly (string | Expr)[]
  readonly span: Span
}

export interface IfExpr {
  readonly kind: 'if'
  readonly condition: Expr
  readonly then: Expr
  readonly else: Expr | undefined
  readonly span: Span
}

export interface AtExpr {
  readonly kind: 'at'
  readonly time: Expr
  readonly body: Expr
  readonly span: Span
}

/** Parsed, never evaluated (§1.5). */
interface MatchExpr {
  readonly kind: 'match'
  readonly value: Expr
  readonly span: Span
}

export interface LambdaExpr {
  readonly kind: 'lambda'
  /** Short form `.a + 1`: one implicit parameter, referred to by `it` nodes; `params` is then empty. */
  readonly short: boolean
  readonly params: readonly Name[]
  readonly variadic: Name | undefined
  readonly body: Expr
  readonly span: Span
}

export type BinaryOperator =
  | '??'
  | '||'
  | '&&'
  | '=='
  | '!='
  | '=~'
  | '!~'
  | '>'
  | '<'
  | '>='
  | '<='
  | '|'
  | '^'
  | '&'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
export type UnaryOperator = '-' | '~' | '!'

export interface BinaryExpr {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly operatorSpan: Span
  readonly left: Expr
  readonly right: Expr
  readonly span: Span
}

export interface UnaryExpr {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operatorSpan: Span
  readonly operand: Expr
  readonly span: Span
}

export interface IsaExpr {
  readonly kind: 'isa'
  readonly operatorSpan: Span
  readonly value: Expr
  readonly type: Expr
  readonly span: Span
}

/** A head followed by at least one component: `head.a.b(1)[2]!`. */
export interface ChainExpr {
  readonly kind: 'chain'
  readonly head: Expr
  readonly components: readonly Component[]
  readonly span: Span
}

/** A component's span starts at its `.`, `?.`, `(`, `[` or `!` and ends with the component. */
export type Component =
  | SelectComponent
  | MethodCallComponent
  | ApplyComponent
  | AccessComponent
  | BangComponent
export interface SelectComponent {
  readonly kind: 'select'
  readonly name: Name
  readonly optional: boolean
  readonly span: Span
}
/** `.name(args)`; also `.name?.(args)` (`optionalCall`). */
export interface MethodCallComponent {
  readonly kind: 'method'
  readonly name: Name
  readonly args: readonly Expr[]
  /** The argument list with its parentheses. */
  readonly argsSpan: Span
  readonly optional: boolean
  readonly optionalCall: boolean
  readonly span: Span
}
export interface ApplyComponent {
  readonly kind: 'apply'
  readonly args: readonly Expr[]
  readonly argsSpan: Span
  readonly optional: boolean
  readonly span: Span
}
export interface AccessComponent {
  readonly kind: 'access'
  readonly args: readonly Expr[]
  /** The brackets with their content. */
  readonly argsSpan: Span
  readonly optional: boolean
  readonly span: Span
}
interface BangComponent {
  readonly kind: 'bang'
  readonly span: Span
}

export interface ProjectExpr {
  readonly kind: 'project'
  readonly value: Expr
  readonly fields: readonly ProjectField[]
  /** The braces with their content. */
  readonly bodySpan: Span
  readonly span: Span
}
/** `name: value`; a bare `name` has the value `.name` (a chain on `it`), `name { … }` a projection of it. */
export interface ProjectField {
  readonly name: Name
  readonly value: Expr
}
/** `x { * }`: parsed, never evaluated. */
interface ProjectAllExpr {
  readonly kind: 'project-all'
  readonly value: Expr
  readonly span: Span
}

/** `()` or two and more elements; `(a)` is kept as a tuple of one, which means `a`. */
interface TupleExpr {
  readonly kind: 'tuple'
  readonly elements: readonly Expr[]
  readonly span: Span
}
interface ArrayExpr {
  readonly kind: 'array'
  readonly elements: readonly Expr[]
  readonly span: Span
}
export interface ObjectExpr {
  readonly kind: 'object'
  readonly fields: readonly ObjectField[]
  readonly span: Span
}
export interface ObjectField {
  readonly key: Name
  readonly value: Expr
}

/** A query or `{ … }` block: at least one statement, the last an expression. */
export interface BlockExpr {
  readonly kind: 'block'
  readonly statements: readonly Statement[]
  readonly span: Span
}
export type Statement = LetStatement | ExprStatement
export interface LetStatement {
  readonly kind: 'let'
  readonly name: Name
  readonly type: TypeExpr | undefined
  readonly value: Expr
  readonly span: Span
}
interface ExprStatement {
  readonly kind: 'expr'
  readonly value: Expr
  readonly span: Span
}

// ---------------------------------------------------------------- types

export type TypeExpr =
  | AnyType
  | NeverType
  | LiteralType
  | NamedType
  | GenericType
  | ObjectType
  | TupleType
  | FunctionType
  | UnionType
  | IntersectionType
  | NullableType

interface AnyType {
  readonly kind: 'any'
  readonly span: Span
}
interface NeverType {
  readonly kind: 'never'
  readonly span: Span
}
export interface LiteralType {
  readonly kind: 'literal'
  readonly value: boolean | bigint | string
  readonly span: Span
}
interface NamedType {
  readonly kind: 'named'
  readonly name: string
  readonly span: Span
}
interface GenericType {
  readonly kind: 'generic'
  readonly name: Name
  readonly args: readonly TypeExpr[]
  readonly span: Span
}
export interface ObjectType {
  readonly kind: 'object'
  readonly fields: readonly ObjectTypeField[]
  /** `*: T` */
  readonly wildcard: TypeExpr | undefined
  /** `...` */
  readonly interface: boolean
  readonly span: Span
}
/** `default` only where FSL allows it (field definitions). */
export interface ObjectTypeField {
  readonly key: Name
  readonly type: TypeExpr
  readonly default: Expr | undefined
}
interface TupleType {
  readonly kind: 'tuple'
  readonly elements: readonly TypeExpr[]
  readonly span: Span
}
export interface FunctionType {
  readonly kind: 'function'
  readonly params: readonly FunctionTypeParam[]
  readonly variadic: FunctionTypeParam | undefined
  readonly result: TypeExpr
  readonly span: Span
}
export interface FunctionTypeParam {
  readonly name: Name | undefined
  readonly type: TypeExpr
}
interface UnionType {
  readonly kind: 'union'
  readonly members: readonly TypeExpr[]
  readonly span: Span
}
interface IntersectionType {
  readonly kind: 'intersection'
  readonly members: readonly TypeExpr[]
  readonly span: Span
}
/** `T?` = `T | Null` */
interface NullableType {
  readonly kind: 'nullable'
  readonly base: TypeExpr
  readonly span: Span
}

/** `<A, B> T`: a stored signature. */
export interface TypeScheme {
  readonly params: readonly string[]
  readonly type: TypeExpr
}
