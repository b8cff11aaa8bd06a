/** Static types of system collections and their documents (spec/secrets.md §1–4, spec/roles.md §1, spec/data.md §11, §12). */
import type { TypeDeclaration } from '#src/fql/types/environment.ts'

interface SystemType {
  /** The collection, as in `Token`. */
  readonly name: string
  /** Its documents: `Token`, `FunctionDef`. */
  readonly document: string
  /** Of its documents, as listed; `$` stands for the type of the collection. */
  readonly fields: string
  /** The argument of `create`. */
  readonly input: string
  readonly statics?: Readonly<Record<string, string | readonly string[]>>
  readonly methods?: Readonly<Record<string, string | readonly string[]>>
  readonly apply?: string
  /** Values that the collection object has. */
  readonly members?: Readonly<Record<string, string>>
}

const DATA = 'data: { *: Any } | Null'

const BY_ID: readonly SystemType[] = [
  {
    name: 'Token',
    document: 'Token',
    fields: `id: ID, ts: Time, coll: $, document: { *: Any }, secret: String | Null, ttl: Time | Null, ${DATA}`,
    input: `id: ID | Null, document: { *: Any } | Null, ttl: Time | Null, ${DATA}`,
    statics: { byDocument: 'byDocument(document: { *: Any }) => Set<Token>' },
  },
  {
    name: 'Credential',
    document: 'Credential',
    fields: `id: ID, ts: Time, coll: $, document: Ref<{ *: Any }>, ${DATA}`,
    input: `id: ID | Null, document: Ref<{ *: Any }>, password: String | Null, ${DATA}`,
    statics: { byDocument: 'byDocument(document: { *: Any } | Null) => Ref<Credential>' },
    methods: {
      verify: 'verify(secret: String) => Boolean',
      login: ['login(secret: String) => Token', 'login(secret: String, ttl: Time) => Token'],
    },
  },
  {
    name: 'Key',
    document: 'Key',
    fields: `id: ID, ts: Time, coll: $, role: String, database: String | Null, ttl: Time | Null, secret: String | Null, ${DATA}`,
    input: `role: String, database: String | Null, ttl: Time | Null, ${DATA}`,
  },
]

const COMPUTED = '{ *: { body: String, signature: String | Null } }'
const FIELDS = '{ *: { signature: String, default: String | Null } }'
const TERM = '{ field: String, mva: Boolean | Null }'
const VALUE = '{ field: String, mva: Boolean | Null, order: "asc" | "desc" | Null }'
const INDEX = `{ terms: Array<${TERM}>, values: Array<${VALUE}>, queryable: Boolean, status: "pending" | "active" | "failed" }`
const NEW_INDEX = `{ terms: Array<${TERM}> | Null, values: Array<${VALUE}> | Null, queryable: Boolean | Null }`
const CONSTRAINT = `{ unique: Array<String> | Array<${TERM}> } | { check: { name: String, body: String } }`
const MIGRATION = [
  '{ backfill: { field: String, value: String } }',
  '{ drop: { field: String } }',
  '{ split: { field: String, to: Array<String> } }',
  '{ move: { field: String, to: String } }',
  '{ add: { field: String } }',
  '{ move_conflicts: { into: String } }',
  '{ move_wildcard: { into: String } }',
  '{ add_wildcard: {} }',
].join(' | ')

const BY_NAME: readonly SystemType[] = [
  {
    name: 'Collection',
    document: 'CollectionDef',
    fields: `name: String, alias: String | Null, computed_fields: ${COMPUTED}, fields: ${FIELDS}, migrations: Array<{}> | Null, wildcard: String, ts: Time, coll: $, history_days: Number | Null, ttl_days: Number | Null, document_ttls: Boolean | Null, indexes: { *: ${INDEX} }, constraints: Array<{ *: Any }>, ${DATA}`,
    input: `name: String, alias: String | Null, computed_fields: ${COMPUTED} | Null, fields: ${FIELDS} | Null, migrations: Array<${MIGRATION}> | Null, wildcard: String | Null, history_days: Number | Null, ttl_days: Number | Null, document_ttls: Boolean | Null, indexes: { *: ${NEW_INDEX} } | Null, constraints: Array<${CONSTRAINT}> | Null, ${DATA}`,
    // A type without a shape: one would take the name from the documents of a collection called `Deleted`.
    members: { Deleted: 'DeletedCollection' },
    apply: '(collection: String) => Any',
  },
  {
    name: 'Function',
    document: 'FunctionDef',
    fields: `name: String, alias: String | Null, signature: String | Null, ts: Time, coll: $, role: String | Null, body: String, ${DATA}`,
    input: `name: String, alias: String | Null, signature: String | Null, role: String | Null, body: String, ${DATA}`,
    apply: '(function: String) => Any',
  },
  {
    name: 'Role',
    document: 'Role',
    fields: `name: String, ts: Time, coll: $, privileges: Any, membership: Any, ${DATA}`,
    input: `name: String, privileges: Any | Null, membership: Any | Null, ${DATA}`,
  },
  {
    name: 'AccessProvider',
    document: 'AccessProvider',
    fields: `name: String, ts: Time, coll: $, issuer: String, jwks_uri: String, roles: Array<{ role: String, predicate: String }>, audience: String, ${DATA}`,
    input: `name: String, issuer: String, jwks_uri: String, roles: String | { role: String, predicate: String } | Array<String | { role: String, predicate: String }> | Null, ${DATA}`,
  },
  {
    name: 'Database',
    document: 'DatabaseDef',
    fields: `name: String, ts: Time, coll: $, global_id: String, priority: Number | Null, typechecked: Boolean | Null, protected: Boolean | Null, ${DATA}`,
    input: `name: String, priority: Number | Null, typechecked: Boolean | Null, protected: Boolean | Null, ${DATA}`,
  },
]

const RANGE = '{ from: Any } | { to: Any } | { from: Any, to: Any }'

function declarations(t: SystemType, key: 'id' | 'name'): TypeDeclaration[] {
  const { document } = t
  const missing = `Null${document}`
  const collection = `${t.name}Collection`
  const lookup: [string, string] =
    key === 'id'
      ? ['byId', `byId(id: ID) => Ref<${document}>`]
      : ['byName', `byName(name: String) => NamedRef<${document}>`]
  const apply = key === 'id' ? `(id: ID) => Ref<${document}>` : t.apply
  return [
    {
      typeName: document,
      role: 'document',
      fields: { coll: collection },
      methods: {
        exists: 'exists() => true',
        update: `update(data: { *: Any }) => ${document}`,
        replace: `replace(data: { *: Any }) => ${document}`,
        delete: `delete() => ${missing}`,
        ...t.methods,
      },
      alias: `{ ${t.fields.replace('$', collection)} }`,
    },
    {
      typeName: missing,
      role: 'missing-document',
      fields: { [key]: key === 'id' ? 'ID' : 'String', coll: collection },
      methods: { exists: 'exists() => false', toString: 'toString() => String' },
      alias: 'Null',
    },
    {
      typeName: collection,
      role: 'collection',
      ...(t.members && { fields: t.members }),
      methods: {
        [lookup[0]]: lookup[1],
        create: `create(data: { ${t.input} }) => ${document}`,
        all: [`all() => Set<${document}>`, `all(range: ${RANGE}) => Set<${document}>`],
        where: `where(pred: (${document} => Boolean)) => Set<${document}>`,
        firstWhere: `firstWhere(pred: (${document} => Boolean)) => ${document} | Null`,
        toString: 'toString() => String',
        ...t.statics,
      },
      ...(apply && { apply }),
    },
  ]
}

export const SYSTEM_TYPES: readonly TypeDeclaration[] = [
  ...BY_ID.flatMap((t) => declarations(t, 'id')),
  ...BY_NAME.flatMap((t) => declarations(t, 'name')),
]
