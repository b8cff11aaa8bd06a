/**
 * Types as the checker sees them (spec/language.md §3.2): immutable terms, plus inference variables that collect
 * bounds. Some forms only exist on the value side (`minus`) or on the use side (`apply`, `access`, `project`,
 * `guard`); `constrain` in solver.ts says which value fits which use.
 */
import { NO_SOURCE, NO_SPAN, type Span } from '#src/fql/syntax/span.ts'

export type Type =
  | AnyType
  | NeverType
  | LiteralType
  | NamedType
  | TupleType
  | RecordType
  | InterfaceType
  | FunctionType
  | UnionType
  | IntersectionType
  | MinusNullType
  | NullGuard
  | ApplyUse
  | AccessUse
  | ProjectUse
  | ParameterType
  | RigidType
  | RecursiveType
  | Variable

interface Base {
  /** Where the type comes from: an expression or an annotation; `NO_SPAN` for types of the environment. */
  readonly span: Span
  /** Holds inference variables, generic parameters or rigid parameters. */
  readonly open: boolean
}

/** The dynamic type. `poison` marks the result of an expression that already failed: printed `_`, never blamed. */
export interface AnyType extends Base {
  readonly kind: 'any'
  readonly poison: boolean
}
export interface NeverType extends Base {
  readonly kind: 'never'
}
/** A float is kept as its text, in Java's BigDecimal form. */
export interface LiteralType extends Base {
  readonly kind: 'literal'
  readonly value: LiteralValue
}
export type LiteralValue = boolean | bigint | string | FloatText
export interface FloatText {
  readonly float: string
}
/** A scalar, a generic such as `Array<T>`, a document type, a module. */
export interface NamedType extends Base {
  readonly kind: 'named'
  readonly name: string
  readonly args: readonly Type[]
}
export interface TupleType extends Base {
  readonly kind: 'tuple'
  readonly elements: readonly Type[]
}
export interface RecordType extends Base {
  readonly kind: 'record'
  readonly fields: ReadonlyMap<string, Type>
  readonly wildcard: Type | undefined
}
/** `{ name: type, ... }`, always of one field; several fields are an intersection. */
export interface InterfaceType extends Base {
  readonly kind: 'interface'
  readonly name: string
  readonly type: Type
  /** The text between the receiver and the field name; where `!` would be inserted. */
  readonly dot: Span
}
export interface FunctionParameter {
  readonly name: string | undefined
  readonly type: Type
}
export interface FunctionType extends Base {
  readonly kind: 'function'
  readonly params: readonly FunctionParameter[]
  readonly variadic: FunctionParameter | undefined
  readonly result: Type
}
export interface UnionType extends Base {
  readonly kind: 'union'
  readonly members: readonly Type[]
}
export interface IntersectionType extends Base {
  readonly kind: 'intersection'
  readonly members: readonly Type[]
}
/** Value side: `base` without Null. */
export interface MinusNullType extends Base {
  readonly kind: 'minus'
  readonly base: Type
}
/** Use side: takes Null and whatever fits `use`. */
export interface NullGuard extends Base {
  readonly kind: 'guard'
  readonly use: Type
}
/** Use side: called with `args`, giving `result`. The span is the argument list. */
export interface ApplyUse extends Base {
  readonly kind: 'apply'
  readonly args: readonly Type[]
  readonly result: Type
}
/** Use side: indexed with `args`, giving `result`. The span is the brackets. */
export interface AccessUse extends Base {
  readonly kind: 'access'
  readonly args: readonly Type[]
  readonly result: Type
}
/** Use side: projected by the one-parameter function `lambda`, giving `result`. */
export interface ProjectUse extends Base {
  readonly kind: 'project'
  readonly lambda: Type
  readonly result: Type
}
/** A generic parameter of a declaration; replaced when the declaration is used. */
export interface ParameterType extends Base {
  readonly kind: 'parameter'
  readonly name: string
}
/** A generic parameter of an annotation, seen from inside: equal only to itself. */
export interface RigidType extends Base {
  readonly kind: 'rigid'
  readonly name: string
  readonly level: number
}

/** Only printed: `body as name`, where `name` stands for the whole inside `body`. */
export interface RecursiveType extends Base {
  readonly kind: 'recursive'
  readonly name: string
  readonly body: Type
}

/** An inference variable: at least every lower bound, at most every upper bound. */
export interface Variable extends Base {
  readonly kind: 'variable'
  /** Depth of `let` right sides around it; deeper than its surroundings means it may be generalised. */
  level: number
  readonly lowers: Type[]
  readonly uppers: Type[]
  /** What many lower bounds say, to find one again. */
  index: Set<string | Type> | undefined
  /** Open overload choices that may be decided by a new bound. */
  readonly watchers: Watcher[]
}
/** Something to look at again when a variable gets a bound. */
export interface Watcher {
  queued: boolean
  settled: boolean
}

const isOpen = (type: Type): boolean => type.open

export const any = (span: Span = NO_SPAN): AnyType => ({ kind: 'any', poison: false, span, open: false })
export const never = (span: Span = NO_SPAN): NeverType => ({ kind: 'never', span, open: false })
export const ANY = any()
export const NEVER = never()
/** What a failed expression has. */
export const POISON: AnyType = { kind: 'any', poison: true, span: NO_SPAN, open: false }

export const literal = (value: LiteralValue, span: Span = NO_SPAN): LiteralType => ({
  kind: 'literal',
  value,
  span,
  open: false,
})

export const named = (name: string, args: readonly Type[] = [], span: Span = NO_SPAN): NamedType => ({
  kind: 'named',
  name,
  args,
  span,
  open: args.some(isOpen),
})

export const tuple = (elements: readonly Type[], span: Span = NO_SPAN): TupleType => ({
  kind: 'tuple',
  elements,
  span,
  open: elements.some(isOpen),
})

export const record = (
  fields: ReadonlyMap<string, Type>,
  wildcard: Type | undefined = undefined,
  span: Span = NO_SPAN,
): RecordType => {
  let open = wildcard?.open ?? false
  if (!open) for (const type of fields.values()) if (type.open) open = true
  return { kind: 'record', fields, wildcard, span, open }
}

export const interfaceType = (
  name: string,
  type: Type,
  span: Span = NO_SPAN,
  dot: Span = NO_SPAN,
): InterfaceType => ({
  kind: 'interface',
  name,
  type,
  dot,
  span,
  open: type.open,
})

export const functionType = (
  params: readonly FunctionParameter[],
  variadic: FunctionParameter | undefined,
  result: Type,
  span: Span = NO_SPAN,
): FunctionType => ({
  kind: 'function',
  params,
  variadic,
  result,
  span,
  open: result.open || (variadic?.type.open ?? false) || params.some((param) => param.type.open),
})

/** A function of unnamed parameters. */
export const fn = (params: readonly Type[], result: Type): FunctionType =>
  functionType(
    params.map((type) => ({ name: undefined, type })),
    undefined,
    result,
  )

/** The union of the members; a single member stands for itself, none is Never. */
export const union = (members: readonly Type[], span: Span = NO_SPAN): Type =>
  members.length === 1
    ? members[0]!
    : members.length === 0
      ? never(span)
      : { kind: 'union', members, span, open: members.some(isOpen) }

export const intersection = (members: readonly Type[], span: Span = NO_SPAN): Type =>
  members.length === 1
    ? members[0]!
    : members.length === 0
      ? any(span)
      : { kind: 'intersection', members, span, open: members.some(isOpen) }

export const minusNull = (base: Type, span: Span = NO_SPAN): MinusNullType => ({
  kind: 'minus',
  base,
  span,
  open: base.open,
})
export const nullGuard = (use: Type): NullGuard => ({ kind: 'guard', use, span: use.span, open: use.open })
export const applyUse = (args: readonly Type[], result: Type, span: Span): ApplyUse => ({
  kind: 'apply',
  args,
  result,
  span,
  open: true,
})
export const accessUse = (args: readonly Type[], result: Type, span: Span): AccessUse => ({
  kind: 'access',
  args,
  result,
  span,
  open: true,
})
export const projectUse = (lambda: Type, result: Type, span: Span): ProjectUse => ({
  kind: 'project',
  lambda,
  result,
  span,
  open: true,
})
export const parameter = (name: string): ParameterType => ({
  kind: 'parameter',
  name,
  span: NO_SPAN,
  open: true,
})
export const rigid = (name: string, level: number, span: Span): RigidType => ({
  kind: 'rigid',
  name,
  level,
  span,
  open: true,
})

export const recursive = (name: string, body: Type): RecursiveType => ({
  kind: 'recursive',
  name,
  body,
  span: NO_SPAN,
  open: body.open,
})

export const NULL = named('Null')
export const BOOLEAN = named('Boolean')
export const NUMBER = named('Number')
export const DOUBLE = named('Double')
export const STRING = named('String')
export const ID = named('ID')
export const TIME = named('Time')
export const TRUE = literal(true)
export const FALSE = literal(false)

export const isNull = (type: Type): boolean => type.kind === 'named' && type.name === 'Null'

/** `T | Null`, or T when it has Null already. */
export const optional = (type: Type): Type => {
  if (type.kind !== 'union') return isNull(type) ? type : union([type, NULL])
  return type.members.some(isNull) ? type : union([...type.members, NULL])
}

export const hasSpan = (type: Type): boolean => type.span.source !== NO_SOURCE

/** The type as it appears at `span`, unless it already says where it comes from. */
export const at = (type: Type, span: Span): Type =>
  type.kind === 'variable' || hasSpan(type) ? type : { ...type, span }
