/**
 * What the checker knows besides the query: named types and global names. An environment is immutable and shared by
 * all queries; a database's environment extends the built-in one. Signatures given as text are parsed when first
 * looked at, once.
 */
import type { TypeScheme } from '#src/fql/syntax/tree.ts'
import { parseTypeScheme } from '#src/fql/syntax/type-parser.ts'
import { typeFromSyntax } from '#src/fql/types/from-syntax.ts'
import { ANY, intersection, type Type } from '#src/fql/types/type.ts'

/** What the values of a type are, where the checker treats them specially. */
export type ShapeRole = 'plain' | 'document' | 'missing-document' | 'collection'

/** A member whose type is known or can be found out on demand. */
export type Member = Type | (() => Type | Provisional)

/** A type to use for now: it is being inferred, and asked for again later. */
export interface Provisional {
  readonly kind: 'provisional'
  readonly type: Type
}
export const provisional = (type: Type): Provisional => ({ kind: 'provisional', type })

/** A named type: what can be done with its values. Types inside may mention the shape's `params`. */
export class TypeShape {
  readonly name: string
  readonly params: readonly string[]
  readonly role: ShapeRole
  /** May be the type of a stored field. */
  readonly persistable: boolean
  readonly #members: Map<string, Member>
  #special: { alias: Member | undefined; access: Member | undefined; apply: Member | undefined }

  constructor(parts: ShapeParts) {
    this.name = parts.name
    this.params = parts.params ?? []
    this.role = parts.role ?? 'plain'
    this.persistable = parts.persistable ?? false
    this.#members = parts.members
    this.#special = { alias: parts.alias, access: parts.access, apply: parts.apply }
  }

  get memberNames(): Iterable<string> {
    return this.#members.keys()
  }
  /** The type of the field or method, or undefined. */
  member(name: string): Type | undefined {
    return resolveIn(this.#members, name)
  }
  /** What the type stands for, when it is another name for something. */
  get alias(): Type | undefined {
    return this.#resolve('alias')
  }
  /** The function behind `value[…]`. */
  get access(): Type | undefined {
    return this.#resolve('access')
  }
  /** The function behind `value(…)`. */
  get apply(): Type | undefined {
    return this.#resolve('apply')
  }

  #resolve(what: 'alias' | 'access' | 'apply'): Type | undefined {
    const member = this.#special[what]
    if (typeof member !== 'function') return member
    const type = member()
    if (type.kind === 'provisional') return type.type
    this.#special = { ...this.#special, [what]: type }
    return type
  }
}

export interface ShapeParts {
  readonly name: string
  readonly params?: readonly string[]
  readonly members: Map<string, Member>
  readonly alias?: Member | undefined
  readonly access?: Member | undefined
  readonly apply?: Member | undefined
  readonly role?: ShapeRole
  readonly persistable?: boolean
}

const resolveIn = (members: Map<string, Member>, name: string): Type | undefined => {
  const member = members.get(name)
  if (typeof member !== 'function') return member
  const type = member()
  if (type.kind === 'provisional') return type.type
  members.set(name, type)
  return type
}

/** A type of the standard library, written as signature text. */
export interface TypeDeclaration {
  readonly typeName: string
  /** `["A"]` for `Array<A>`. Other single upper-case letters in signatures are generic parameters of the member. */
  readonly typeParams?: readonly string[]
  /** Name → type text, as `length: "Number"`. */
  readonly fields?: Readonly<Record<string, string>>
  /** Name → signature text or overloads, as `at: "at(index: Number) => A"`; what stands before `(` is ignored. */
  readonly methods?: Readonly<Record<string, string | readonly string[]>>
  /** Not read: operators have fixed types (operators.ts). */
  readonly operators?: Readonly<Record<string, string | readonly string[]>>
  /** Signature of `value[…]`. */
  readonly access?: string | readonly string[]
  /** Signature of `value(…)`. */
  readonly apply?: string | readonly string[]
  /** The type text that the type stands for. */
  readonly alias?: string
  readonly role?: ShapeRole
  readonly persistable?: boolean
}

/** The shape of a declaration; its signatures are parsed on first use. */
export const shapeFromDeclaration = (declaration: TypeDeclaration): TypeShape => {
  const { typeName, typeParams = [], fields = {}, methods = {} } = declaration
  const text =
    (source: string): Member =>
    () =>
      typeFromText(source, typeParams)
  const calls = (source: string | readonly string[] | undefined): Member | undefined =>
    source === undefined ? undefined : () => signatureType(source, typeParams)
  const members = new Map<string, Member>()
  for (const [name, source] of Object.entries(fields)) members.set(name, text(source))
  for (const [name, source] of Object.entries(methods)) members.set(name, calls(source)!)
  return new TypeShape({
    name: typeName,
    params: typeParams,
    members,
    alias: declaration.alias === undefined ? undefined : text(declaration.alias),
    access: calls(declaration.access),
    apply: calls(declaration.apply),
    role: declaration.role ?? 'plain',
    persistable: declaration.persistable ?? false,
  })
}

/** In signatures, `params` and other single upper-case letters are generic parameters. */
const isGenericName = (name: string, params: readonly string[]): boolean =>
  /^[A-Z]$/.test(name) || params.includes(name)

/** The type of a text; single upper-case letters and `params` are generic parameters. */
export const typeFromText = (text: string, params: readonly string[] = []): Type =>
  typeFromScheme(schemeOf(text), (name) => isGenericName(name, params))

/** The function type of `name(a: A) => B`, or the intersection of several such overloads. */
export const signatureType = (text: string | readonly string[], params: readonly string[] = []): Type => {
  const texts = typeof text === 'string' ? [text] : text
  return intersection(texts.map((one) => typeFromText(callText(one), params)))
}

/** The function type in a signature; `...name: T` is read as `name: ...T`. */
const callText = (signature: string): string =>
  signature.slice(signature.indexOf('(')).replace(/\.\.\.\s*([A-Za-z_]\w*)\s*:\s*/g, '$1: ...')

/** Throws when the text is not a type. */
const schemeOf = (text: string): TypeScheme => {
  const result = parseTypeScheme({ name: '*type*', text })
  if (result.ok) return result.value
  throw new Error(`not a type: ${text}: ${result.errors[0]?.message}`)
}

const typeFromScheme = (scheme: TypeScheme, isParameter: (name: string) => boolean): Type =>
  typeFromSyntax(scheme.type, { isParameter: (name) => scheme.params.includes(name) || isParameter(name) })

/** What an environment adds to the one it extends. */
export interface EnvironmentParts {
  readonly shapes?: Iterable<TypeShape>
  /** Global name → type; parameters inside are generic. */
  readonly globals?: Iterable<readonly [string, Member]>
  /** Operator → function type of all operands, instead of the standard one. */
  readonly operators?: Iterable<readonly [string, Type]>
}

export class TypeEnvironment {
  readonly #parent: TypeEnvironment | undefined
  readonly #shapes = new Map<string, TypeShape>()
  readonly #globals: Map<string, Member>
  readonly #operators: ReadonlyMap<string, Type>

  constructor(parts: EnvironmentParts, parent?: TypeEnvironment) {
    this.#parent = parent
    for (const shape of parts.shapes ?? []) this.#shapes.set(shape.name, shape)
    this.#globals = new Map(parts.globals)
    this.#operators = new Map(parts.operators)
  }

  extend(parts: EnvironmentParts): TypeEnvironment {
    return new TypeEnvironment(parts, this)
  }
  /** All types, those of the environment that this one extends first. */
  *shapes(): Iterable<TypeShape> {
    if (this.#parent) yield* this.#parent.shapes()
    yield* this.#shapes.values()
  }
  *globalNames(): Iterable<string> {
    if (this.#parent) yield* this.#parent.globalNames()
    yield* this.#globals.keys()
  }
  shape(name: string): TypeShape | undefined {
    return this.#shapes.get(name) ?? this.#parent?.shape(name)
  }
  global(name: string): Type | undefined {
    return resolveIn(this.#globals, name) ?? this.#parent?.global(name)
  }
  /** The type of an operator whose type is not the standard one. */
  operator(name: string): Type | undefined {
    return this.#operators.get(name) ?? this.#parent?.operator(name)
  }
  /** The type of a stored signature; names of no type are generic parameters. Unreadable text is Any. */
  storedType(text: string): Type {
    try {
      return typeFromScheme(schemeOf(text), (name) => this.shape(name) === undefined)
    } catch {
      return ANY
    }
  }
}
