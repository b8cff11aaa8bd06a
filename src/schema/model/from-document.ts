/**
 * From the fields of schema documents to items (spec/schema.md §5.3). The documents have passed document validation,
 * so their texts parse; one that does not is a fault of the caller and throws.
 */

import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { BlockExpr, Expr, FunctionType, LambdaExpr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'
import { isArray, isNull, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { parseExpr, parseLambda, parseType } from '../fsl/texts.ts'
import type {
  AccessProviderItem,
  Action,
  ActionName,
  Annotation,
  Check,
  CollectionItem,
  Field,
  FunctionItem,
  Index,
  IndexTerm,
  IndexValue,
  ItemKind,
  ListMember,
  Membership,
  MigrationBlock,
  MigrationStatement,
  Param,
  Predicate,
  Privilege,
  ProviderRole,
  RoleItem,
  SchemaItem,
  Setting,
  Unique,
} from './items.ts'
import { ACTIONS, ENDLESS_HISTORY_DAYS } from './items.ts'
import type { FieldPath } from './path.ts'
import { parseStoredPath } from './stored-path.ts'
import type { DocumentFields } from './to-document.ts'

/** The documents of one database, each kind in creation order. */
export interface SchemaDocuments {
  readonly collections: readonly DocumentFields[]
  readonly functions: readonly DocumentFields[]
  readonly roles: readonly DocumentFields[]
  readonly accessProviders: readonly DocumentFields[]
}

/** Items of all documents: collections, functions, roles, access providers, each in creation order. */
export const documentsToItems = (documents: SchemaDocuments): SchemaItem[] => {
  const collections = documents.collections.map(collectionFromDocument)
  const functions = documents.functions.map(functionFromDocument)
  return [
    ...collections,
    ...withFreeAliases(functions, collections),
    ...documents.roles.map(roleFromDocument),
    ...documents.accessProviders.map(accessProviderFromDocument),
  ]
}

export const itemFromDocument = (kind: ItemKind, fields: DocumentFields): SchemaItem => {
  switch (kind) {
    case 'collection':
      return collectionFromDocument(fields)
    case 'function':
      return functionFromDocument(fields)
    case 'role':
      return roleFromDocument(fields)
    case 'access provider':
      return accessProviderFromDocument(fields)
  }
}

/** A function named like a collection cannot be written in FSL without an alias, so it gets one. */
const withFreeAliases = (
  functions: readonly FunctionItem[],
  collections: readonly CollectionItem[],
): FunctionItem[] => {
  const taken = new Set([...functions, ...collections].map((item) => item.name.text))
  const collectionNames = new Set(collections.map((c) => c.name.text))
  return functions.map((f) =>
    f.alias === undefined && collectionNames.has(f.name.text)
      ? { ...f, alias: annotation('alias', freeName(f.name.text, taken)) }
      : f,
  )
}

const freeName = (name: string, taken: ReadonlySet<string>): string => {
  let free = `${name}Function`
  while (taken.has(free)) free += 'Function'
  return free
}

// ---------------------------------------------------------------- reading values

const get = (fields: DocumentFields, name: string): Value | undefined => {
  const value = fields.get(name)
  return value === undefined || isNull(value) ? undefined : value
}

const text = (fields: DocumentFields, name: string): string | undefined => {
  const value = get(fields, name)
  return typeof value === 'string' ? value : undefined
}

const requiredText = (fields: DocumentFields, name: string): string => {
  const value = text(fields, name)
  if (value === undefined) throw new Error(`schema document without ${name}`)
  return value
}

const object = (value: Value | undefined): DocumentFields =>
  value instanceof ObjectValue ? value.fields : new Map()

const list = (value: Value | undefined): readonly Value[] =>
  value === undefined ? [] : isArray(value) ? value : [value]

/** Members of an object whose values are objects: `fields`, `indexes`. */
const members = (fields: DocumentFields, name: string): [string, DocumentFields][] =>
  [...object(get(fields, name))].filter(([, v]) => !isNull(v)).map(([key, value]) => [key, object(value)])

const nameOf = (name: string): Name => ({ text: name, span: NO_SPAN })

const annotation = (kind: Annotation['kind'], value: string | undefined): Annotation | undefined =>
  value === undefined ? undefined : { kind, value: nameOf(value), span: NO_SPAN }

const setting = <T>(value: T | undefined): Setting<T> | undefined =>
  value === undefined ? undefined : { value, valueSpan: NO_SPAN, span: NO_SPAN }

const base = (fields: DocumentFields) => ({
  name: nameOf(requiredText(fields, 'name')),
  span: NO_SPAN,
  doc: undefined,
})

// ---------------------------------------------------------------- collections

export const collectionFromDocument = (fields: DocumentFields): CollectionItem => ({
  kind: 'collection',
  ...base(fields),
  alias: annotation('alias', text(fields, 'alias')),
  fields: fieldsOf(fields),
  indexes: members(fields, 'indexes').map(([name, i]) => index(name, i)),
  uniques: uniquesOf(fields),
  checks: constraints(fields, 'check').map((c) => check(object(c))),
  historyDays: historyDays(fields),
  ttlDays: setting(wholeNumber(get(fields, 'ttl_days'))),
  documentTtls: setting(flag(get(fields, 'document_ttls'))),
  migrations: migrationsOf(fields),
})

const wholeNumber = (value: Value | undefined): bigint | undefined =>
  typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined

const flag = (value: Value | undefined): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined

/** Absent means history for ever (spec §11); zero is the default and not written. */
const historyDays = (fields: DocumentFields): Setting<bigint> | undefined => {
  const days = wholeNumber(get(fields, 'history_days')) ?? ENDLESS_HISTORY_DAYS
  return days === 0n ? undefined : setting(days)
}

const fieldsOf = (fields: DocumentFields): Field[] => [
  ...members(fields, 'fields').map(([name, f]): Field => definedField(requiredText(fields, 'name'), name, f)),
  ...members(fields, 'computed_fields').map(([name, f]): Field => computedField(name, f)),
  ...optional(
    text(fields, 'wildcard'),
    (type): Field => ({ kind: 'wildcard', type: parseType(type), span: NO_SPAN }),
  ),
]

const optional = <T, U>(value: T | undefined, make: (value: T) => U): U[] =>
  value === undefined ? [] : [make(value)]

const maybe = <T, U>(value: T | undefined, make: (value: T) => U): U | undefined =>
  value === undefined ? undefined : make(value)

const definedField = (collection: string, name: string, f: DocumentFields): Field => ({
  kind: 'defined',
  name: nameOf(name),
  type: parseType(requiredText(f, 'signature'), `*field:${collection}:${name}*`),
  default: maybe(text(f, 'default'), parseExpr),
  span: NO_SPAN,
})

const computedField = (name: string, f: DocumentFields): Field => ({
  kind: 'computed',
  keyword: NO_SPAN,
  name: nameOf(name),
  type: maybe(text(f, 'signature'), (type) => parseType(type)),
  body: parseLambda(requiredText(f, 'body')),
  span: NO_SPAN,
})

const listMember = <T>(items: readonly T[]): ListMember<T> => ({ items, listSpan: NO_SPAN, span: NO_SPAN })

const index = (name: string, i: DocumentFields): Index => {
  const terms = list(get(i, 'terms')).map(term)
  const values = list(get(i, 'values')).map(indexValue)
  return {
    name: nameOf(name),
    terms: terms.length > 0 ? listMember(terms) : undefined,
    values: values.length > 0 ? listMember(values) : undefined,
    blockSpan: NO_SPAN,
    span: NO_SPAN,
  }
}

/** A term is an object, or just its path. */
const term = (value: Value): IndexTerm =>
  typeof value === 'string'
    ? { path: parseStoredPath(value), mva: false, span: NO_SPAN }
    : {
        path: parseStoredPath(requiredText(object(value), 'field')),
        mva: get(object(value), 'mva') === true,
        span: NO_SPAN,
      }

const indexValue = (value: Value): IndexValue => ({
  ...term(value),
  order: text(object(value), 'order') === 'desc' ? 'desc' : 'asc',
})

const constraints = (fields: DocumentFields, kind: 'unique' | 'check'): Value[] =>
  list(get(fields, 'constraints')).flatMap((c) => optional(get(object(c), kind), (value) => value))

const uniquesOf = (fields: DocumentFields): Unique[] =>
  constraints(fields, 'unique').map((terms) => listMember(list(terms).map(term)))

const check = (c: DocumentFields): Check => ({
  name: nameOf(requiredText(c, 'name')),
  body: parseLambda(requiredText(c, 'body')),
  bodySpan: NO_SPAN,
  span: NO_SPAN,
})

const migrationsOf = (fields: DocumentFields): MigrationBlock | undefined => {
  const statements = list(get(fields, 'migrations')).map((s) => migrationStatement(object(s)))
  return statements.length > 0 ? { statements, span: NO_SPAN } : undefined
}

const migrationStatement = (statement: DocumentFields): MigrationStatement => {
  const [kind, value] = [...statement][0] ?? ['', undefined]
  const fields = object(value)
  const path = (name: string): FieldPath => parseStoredPath(requiredText(fields, name))
  switch (kind) {
    case 'add':
    case 'drop':
      return { kind, field: path('field'), span: NO_SPAN }
    case 'move':
      return { kind, field: path('field'), to: path('to'), span: NO_SPAN }
    case 'split':
      return {
        kind,
        field: path('field'),
        to: list(get(fields, 'to')).map((p) => parseStoredPath(String(p))),
        span: NO_SPAN,
      }
    case 'backfill':
      return { kind, field: path('field'), value: parseExpr(requiredText(fields, 'value')), span: NO_SPAN }
    case 'move_conflicts':
    case 'move_wildcard':
      return { kind, into: path('into'), span: NO_SPAN }
    case 'add_wildcard':
      return { kind, span: NO_SPAN }
    default:
      throw new Error(`schema document with migration ${kind}`)
  }
}

// ---------------------------------------------------------------- functions

const functionFromDocument = (fields: DocumentFields): FunctionItem => {
  const lambda = parseLambda(requiredText(fields, 'body'))
  const type = maybe(text(fields, 'signature'), (type) => parseType(type))
  const signature = type?.kind === 'function' ? type : undefined
  return {
    kind: 'function',
    ...base(fields),
    alias: annotation('alias', text(fields, 'alias')),
    role: annotation('role', text(fields, 'role')),
    signature: { params: paramsOf(lambda, signature), result: signature?.result, span: NO_SPAN },
    body: asBlock(lambda.body),
  }
}

const paramsOf = (lambda: LambdaExpr, signature: FunctionType | undefined): Param[] => [
  ...lambda.params.map((name, i) => param(name, signature?.params[i]?.type, false)),
  ...optional(lambda.variadic, (name) => param(name, signature?.variadic?.type, true)),
]

const param = (name: Name, type: TypeExpr | undefined, variadic: boolean): Param => ({ name, type, variadic })

const asBlock = (body: Expr): BlockExpr =>
  body.kind === 'block'
    ? body
    : { kind: 'block', statements: [{ kind: 'expr', value: body, span: body.span }], span: body.span }

// ---------------------------------------------------------------- roles, access providers

const roleFromDocument = (fields: DocumentFields): RoleItem => ({
  kind: 'role',
  ...base(fields),
  privileges: list(get(fields, 'privileges')).map((p) => privilege(object(p))),
  membership: list(get(fields, 'membership')).map((m) => membership(object(m))),
})

const privilege = (p: DocumentFields): Privilege => ({
  resource: nameOf(requiredText(p, 'resource')),
  actions: [...object(get(p, 'actions'))].flatMap(([name, value]) => action(name, value)),
  blockSpan: NO_SPAN,
  span: NO_SPAN,
})

const isAction = (name: string): name is ActionName => (ACTIONS as readonly string[]).includes(name)

/** A switched-off action is as good as absent. */
const action = (name: string, value: Value): Action[] => {
  if (!isAction(name) || value === false || isNull(value)) return []
  return [
    { action: name, predicate: typeof value === 'string' ? predicate(value) : undefined, span: NO_SPAN },
  ]
}

const predicate = (body: string): Predicate => ({ body: parseLambda(body), span: NO_SPAN })

const membership = (m: DocumentFields): Membership => ({
  resource: nameOf(requiredText(m, 'resource')),
  predicate: maybe(text(m, 'predicate'), predicate),
  span: NO_SPAN,
})

const accessProviderFromDocument = (fields: DocumentFields): AccessProviderItem => ({
  kind: 'access provider',
  ...base(fields),
  issuer: { value: requiredText(fields, 'issuer'), valueSpan: NO_SPAN, span: NO_SPAN },
  jwksUri: { value: requiredText(fields, 'jwks_uri'), valueSpan: NO_SPAN, span: NO_SPAN },
  roles: list(get(fields, 'roles')).map(providerRole),
})

const providerRole = (value: Value): ProviderRole =>
  typeof value === 'string'
    ? { role: nameOf(value), predicate: undefined, span: NO_SPAN }
    : {
        role: nameOf(requiredText(object(value), 'role')),
        predicate: maybe(text(object(value), 'predicate'), predicate),
        span: NO_SPAN,
      }
