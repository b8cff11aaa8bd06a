/** Types of stored fields, as they are enforced on writes (spec/schema.md §7.2). */

import { printKey, printString } from '#src/fql/syntax/print.ts'
import type { Expr, LiteralType, ObjectType, TypeExpr } from '#src/fql/syntax/tree.ts'

export type ScalarName =
  | 'Null'
  | 'Int'
  | 'Long'
  | 'Double'
  | 'Number'
  | 'Boolean'
  | 'String'
  | 'Time'
  | 'Date'
  | 'Bytes'

export type StoredType =
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'literal'; readonly value: boolean | bigint | string }
  | { readonly kind: 'array'; readonly element: StoredType }
  | { readonly kind: 'tuple'; readonly elements: readonly StoredType[] }
  | StoredObject
  | { readonly kind: 'union'; readonly members: readonly StoredType[] }
  /** A reference to a document, `missing` to one that does not exist: both accept any reference to the collection. */
  | {
      readonly kind: 'document'
      readonly collection: number
      readonly name: string
      readonly missing: boolean
    }

export interface StoredObject {
  readonly kind: 'object'
  readonly fields: ReadonlyMap<string, StoredField>
  readonly wildcard: StoredType | undefined
}

export interface StoredField {
  readonly type: StoredType
  readonly default: Expr | undefined
}

/** The id of the collection with this name or alias whose documents may be referred to: user collections, Key, Token, Credential. */
export type CollectionLookup = (name: string) => number | undefined

export const NULL_TYPE: StoredType = { kind: 'scalar', name: 'Null' }
export const ANY_TYPE: StoredType = { kind: 'any' }

const SCALARS: ReadonlyMap<string, ScalarName> = new Map<string, ScalarName>([
  ['Null', 'Null'],
  ['Int', 'Int'],
  ['Long', 'Long'],
  ['Double', 'Double'],
  ['Float', 'Double'],
  ['Number', 'Number'],
  ['Boolean', 'Boolean'],
  ['String', 'String'],
  ['Time', 'Time'],
  ['Date', 'Date'],
  ['Bytes', 'Bytes'],
])

/** undefined: not persistable, which the environment check reports. */
export const storedType = (type: TypeExpr, lookup: CollectionLookup): StoredType | undefined => {
  switch (type.kind) {
    case 'any':
      return ANY_TYPE
    case 'literal':
      return literal(type)
    case 'named':
      return namedType(type.name, lookup)
    case 'generic':
      return genericType(type.name.text, type.args, lookup)
    case 'tuple': {
      const elements = all(type.elements, lookup)
      return elements && { kind: 'tuple', elements }
    }
    case 'object':
      return objectType(type, lookup)
    case 'union':
      return unionOf(all(type.members, lookup))
    case 'nullable': {
      const base = storedType(type.base, lookup)
      return base && unionOf([base, NULL_TYPE])
    }
    default:
      return undefined
  }
}

const literal = (type: LiteralType): StoredType => ({ kind: 'literal', value: type.value })

const all = (types: readonly TypeExpr[], lookup: CollectionLookup): StoredType[] | undefined => {
  const stored = types.map((t) => storedType(t, lookup)).filter((t) => t !== undefined)
  return stored.length === types.length ? stored : undefined
}

/** Unions inside unions are the same as one. */
const unionOf = (members: readonly StoredType[] | undefined): StoredType | undefined =>
  members && { kind: 'union', members: members.flatMap((m) => (m.kind === 'union' ? m.members : [m])) }

const namedType = (name: string, lookup: CollectionLookup): StoredType | undefined => {
  const scalar = SCALARS.get(name)
  if (scalar !== undefined) return { kind: 'scalar', name: scalar }
  const collection = lookup(name)
  if (collection !== undefined) return { kind: 'document', collection, name, missing: false }
  if (!name.startsWith('Null')) return undefined
  const existing = name.slice('Null'.length)
  const of = lookup(existing)
  return of === undefined ? undefined : { kind: 'document', collection: of, name: existing, missing: true }
}

const genericType = (
  name: string,
  args: readonly TypeExpr[],
  lookup: CollectionLookup,
): StoredType | undefined => {
  const [arg] = args
  if (arg === undefined || args.length > 1) return undefined
  if (name === 'Array') {
    const element = storedType(arg, lookup)
    return element && { kind: 'array', element }
  }
  return arg.kind === 'named' ? reference(name, arg.name, lookup) : undefined
}

const reference = (generic: string, name: string, lookup: CollectionLookup): StoredType | undefined => {
  const collection = lookup(name)
  if (collection === undefined) return undefined
  const missing: StoredType = { kind: 'document', collection, name, missing: true }
  if (generic === 'EmptyRef') return missing
  return generic === 'Ref' ? { kind: 'union', members: [{ ...missing, missing: false }, missing] } : undefined
}

const objectType = (type: ObjectType, lookup: CollectionLookup): StoredObject | undefined => {
  if (type.interface) return undefined
  const fields = new Map<string, StoredField>()
  for (const { key, type: fieldType, default: value } of type.fields) {
    const stored = storedType(fieldType, lookup)
    if (stored === undefined) return undefined
    fields.set(key.text, { type: stored, default: value })
  }
  const wildcard = type.wildcard && storedType(type.wildcard, lookup)
  return type.wildcard && !wildcard ? undefined : { kind: 'object', fields, wildcard }
}

export const isNullable = (type: StoredType): boolean =>
  type.kind === 'union' ? type.members.some(isNullable) : type.kind === 'scalar' && type.name === 'Null'

/** Canonical text: `T?` as `T | Null`, `Ref<C>` as `C | NullC`. */
export const printStoredType = (type: StoredType): string => {
  switch (type.kind) {
    case 'any':
      return 'Any'
    case 'scalar':
      return type.name
    case 'literal':
      return typeof type.value === 'string' ? printString(type.value) : String(type.value)
    case 'array':
      return `Array<${printStoredType(type.element)}>`
    case 'tuple':
      return `[${type.elements.map(printStoredType).join(', ')}]`
    case 'object':
      return printObject(type)
    case 'union':
      return type.members.map(printStoredType).join(' | ')
    case 'document':
      return `${type.missing ? 'Null' : ''}${type.name}`
  }
}

const printObject = ({ fields, wildcard }: StoredObject): string => {
  const members = [...fields].map(([name, f]) => `${printKey(name)}: ${printStoredType(f.type)}`)
  if (wildcard) members.push(`*: ${printStoredType(wildcard)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
