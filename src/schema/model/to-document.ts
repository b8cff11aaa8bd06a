/** From items to the fields of schema documents (spec/schema.md §5.1, §5.2). */

import { printExpr, printType } from '#src/fql/syntax/print.ts'
import { ObjectValue, objectOf, type Value } from '#src/fql/values/value.ts'
import { printFunctionBody, printFunctionType, printLambda, printPath } from '../fsl/print.ts'
import type {
  AccessProviderItem,
  Action,
  Check,
  CollectionItem,
  ComputedField,
  DefinedField,
  Field,
  FunctionItem,
  Index,
  IndexTerm,
  IndexValue,
  Membership,
  MigrationStatement,
  Predicate,
  Privilege,
  ProviderRole,
  RoleItem,
  SchemaItem,
  Unique,
} from './items.ts'
import { DEFAULT_HISTORY_DAYS } from './items.ts'

/** The fields of a document of `Collection`, `Function`, `Role` or `AccessProvider`, without `coll` and `ts`. */
export type DocumentFields = ReadonlyMap<string, Value>

/**
 * The whole document that an item stands for: fields that are not in it return to their defaults, except `data`, which
 * FSL does not know and which the caller keeps.
 */
export const itemToDocument = (item: SchemaItem, data?: Value): DocumentFields => {
  const fields = new Map(documentOf(item).fields)
  if (data !== undefined) fields.set('data', data)
  return fields
}

const documentOf = (item: SchemaItem): ObjectValue => {
  switch (item.kind) {
    case 'collection':
      return collection(item)
    case 'function':
      return functionDocument(item)
    case 'role':
      return role(item)
    case 'access provider':
      return accessProvider(item)
  }
}

/** An integer as the smallest FQL value that holds it. */
const integer = (n: bigint): Value => (BigInt.asIntN(32, n) === n ? Number(n) : n)

const byName = <T>(items: readonly T[], name: (item: T) => string, value: (item: T) => Value): ObjectValue =>
  new ObjectValue(new Map(items.map((item) => [name(item), value(item)])))

const unlessEmpty = (object: ObjectValue): ObjectValue | undefined =>
  object.fields.size > 0 ? object : undefined

// ---------------------------------------------------------------- collections

const collection = (c: CollectionItem): ObjectValue =>
  objectOf({
    name: c.name.text,
    alias: c.alias?.value.text,
    history_days: integer(c.historyDays?.value ?? DEFAULT_HISTORY_DAYS),
    ttl_days: c.ttlDays && integer(c.ttlDays.value),
    wildcard: wildcard(c.fields),
    document_ttls: c.documentTtls?.value,
    indexes: byName(c.indexes, (i) => i.name.text, index),
    constraints: [...c.uniques.map(unique), ...c.checks.map(check)],
    computed_fields: unlessEmpty(byName(c.fields.filter(isComputed), (f) => f.name.text, computedField)),
    fields: unlessEmpty(byName(c.fields.filter(isDefined), (f) => f.name.text, definedField)),
    migrations:
      c.migrations && c.migrations.statements.length > 0 ? c.migrations.statements.map(migration) : undefined,
  })

const isComputed = (f: Field): f is ComputedField => f.kind === 'computed'
const isDefined = (f: Field): f is DefinedField => f.kind === 'defined'

const wildcard = (fields: readonly Field[]): string | undefined => {
  const field = fields.find((f) => f.kind === 'wildcard')
  return field && printType(field.type)
}

const definedField = (f: DefinedField): ObjectValue =>
  objectOf({ signature: printType(f.type), default: f.default && printExpr(f.default) })

const computedField = (f: ComputedField): ObjectValue =>
  objectOf({ body: printLambda(f.body), signature: f.type && printType(f.type) })

const index = (i: Index): ObjectValue =>
  objectOf({ terms: i.terms?.items.map(term), values: i.values?.items.map(value) })

const term = (t: IndexTerm): ObjectValue => objectOf({ field: printPath(t.path), mva: t.mva })

const value = (v: IndexValue): ObjectValue =>
  objectOf({ field: printPath(v.path), order: v.order, mva: v.mva })

const unique = (u: Unique): ObjectValue => objectOf({ unique: u.items.map(term) })

const check = (c: Check): ObjectValue =>
  objectOf({ check: objectOf({ name: c.name.text, body: printLambda(c.body) }) })

const migration = (s: MigrationStatement): ObjectValue => objectOf({ [s.kind]: objectOf(migrationFields(s)) })

const migrationFields = (s: MigrationStatement): Record<string, Value> => {
  switch (s.kind) {
    case 'add':
    case 'drop':
      return { field: printPath(s.field) }
    case 'move':
      return { field: printPath(s.field), to: printPath(s.to) }
    case 'split':
      return { field: printPath(s.field), to: s.to.map(printPath) }
    case 'backfill':
      return { field: printPath(s.field), value: printExpr(s.value) }
    case 'move_conflicts':
    case 'move_wildcard':
      return { into: printPath(s.into) }
    case 'add_wildcard':
      return {}
  }
}

// ---------------------------------------------------------------- functions, roles, access providers

const functionDocument = (f: FunctionItem): ObjectValue =>
  objectOf({
    name: f.name.text,
    body: printFunctionBody(f),
    signature: printFunctionType(f.signature),
    alias: f.alias?.value.text,
    role: f.role?.value.text,
  })

const role = (r: RoleItem): ObjectValue =>
  objectOf({
    name: r.name.text,
    privileges: r.privileges.map(privilege),
    membership: r.membership.map(membership),
  })

const privilege = (p: Privilege): ObjectValue =>
  objectOf({ resource: p.resource.text, actions: unlessEmpty(byName(p.actions, (a) => a.action, action)) })

const action = (a: Action): Value => (a.predicate ? predicate(a.predicate) : true)

const predicate = (p: Predicate): string => printLambda(p.body)

const membership = (m: Membership): ObjectValue =>
  objectOf({ resource: m.resource.text, predicate: m.predicate && predicate(m.predicate) })

const accessProvider = (p: AccessProviderItem): ObjectValue =>
  objectOf({
    name: p.name.text,
    issuer: p.issuer.value,
    jwks_uri: p.jwksUri.value,
    roles: p.roles.length > 0 ? p.roles.map(providerRole) : undefined,
  })

const providerRole = (r: ProviderRole): Value =>
  r.predicate ? objectOf({ role: r.role.text, predicate: predicate(r.predicate) }) : r.role.text
