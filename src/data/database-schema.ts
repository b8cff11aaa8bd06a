/** One version of a database's schema, compiled: collections, functions, roles. Immutable, shared by all its queries. */
import { BUILT_IN_ROLES } from '#src/access/roles/built-in.ts'
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { Role } from '#src/access/roles/role.ts'
import { RolePermissions } from '#src/access/roles/role-permissions.ts'
import { DELETED } from '#src/fql/stdlib/schema-collections.ts'
import { DefinitionValue } from '#src/fql/values/document.ts'
import type { LambdaValue } from '#src/fql/values/function.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { CollectionLookup } from '#src/schema/enforce/stored-type.ts'
import { Collection, makeIndex } from './collection.ts'
import { DocumentCache } from './document-cache.ts'
import type { DocumentVersion } from './document-version.ts'
import type { Builds } from './index-definitions.ts'
import type { DatabaseId } from './keys.ts'
import type { NativeDefinition } from './native-collection.ts'
import { roleOf, textField } from './schema-model.ts'
import { storedLambda } from './stored-code.ts'
import { SYSTEM_IDS } from './system/ids.ts'
import { userCollection } from './user-collection.ts'
import { UserFunction } from './user-function.ts'

/** The schema documents of a database, each with its internal id. */
export interface SchemaDocuments {
  readonly collections: readonly (readonly [bigint, DocumentVersion])[]
  readonly functions: readonly (readonly [bigint, DocumentVersion])[]
  readonly roles: readonly (readonly [bigint, DocumentVersion])[]
  readonly accessProviders: readonly (readonly [bigint, DocumentVersion])[]
}

const NO_FIELDS = {
  computed: [],
  checks: [],
  shape: undefined,
  declared: [],
  ttlDays: undefined,
  migrate: undefined,
  staged: undefined,
}

/** What else is known of a schema. */
export interface SchemaState {
  /** Changes whenever anything does that this object depends on. */
  readonly stamp: number
  readonly builds: Builds
  /** Collections of the staged schema; undefined: none is staged. */
  readonly staged: SchemaDocuments['collections'] | undefined
}

/** Sets of roles whose rights are remembered; documents that hold ever other roles must not fill the memory. */
const MAX_ROLE_SETS = 1000

export class DatabaseSchema {
  readonly database: DatabaseId
  readonly state: SchemaState
  /** Microseconds of the last change; 0 when there was none. */
  readonly version: number
  readonly documents: SchemaDocuments
  readonly collections: readonly Collection[]
  readonly system: ReadonlyMap<string, Collection>
  readonly functions: readonly UserFunction[]
  readonly roles: ReadonlyMap<string, Role>
  /** Shared with other schemas. */
  readonly cache: DocumentCache
  private readonly byId = new Map<number, Collection>()
  private readonly globals = new Map<string, Value>()
  private readonly systemObjects = new Map<string, Value>()
  private readonly members = new Map<string, { role: Role; predicate: LambdaValue | undefined }[]>()
  private readonly rolePermissions = new Map<string, RolePermissions>()

  constructor(
    database: DatabaseId,
    version: number,
    natives: readonly NativeDefinition[],
    documents: SchemaDocuments,
    state: SchemaState,
    cache = new DocumentCache(),
  ) {
    this.database = database
    this.cache = cache
    this.state = state
    this.version = version
    this.documents = documents
    const system = natives.map((n) => systemCollection(database, n))
    this.system = new Map(system.map((c) => [c.name, c]))
    const lookup = referableCollections(documents)
    const context = { lookup, builds: state.builds, resolve: this.resolve }
    const staged = new Map(state.staged)
    this.collections = documents.collections.map(([id, d]) =>
      userCollection(database, Number(id), d, context, staged.get(id)),
    )
    this.roles = new Map(documents.roles.map(([, d]) => roleOf(d.fields)).map((r) => [r.name, r]))
    this.functions = documents.functions.flatMap(([, d]) => this.userFunction(d))
    for (const c of [...system, ...this.collections]) this.byId.set(c.id, c)
    for (const c of system) {
      this.systemObjects.set(c.name, c.module)
      if (c.alias) this.systemObjects.set(c.alias, c.module)
    }
    this.name(
      this.functions,
      (f) => f,
      (f, alias) => f.aliased(alias),
    )
    this.name(
      this.collections,
      (c) => c.module,
      (c, alias) => c.moduleNamed(alias),
    )
  }

  /** Names win over aliases. */
  private name<T extends { name: string; alias: string | undefined }>(
    items: readonly T[],
    value: (item: T) => Value,
    aliased: (item: T, alias: string) => Value,
  ) {
    for (const item of items)
      if (item.alias && !this.globals.has(item.alias)) this.globals.set(item.alias, aliased(item, item.alias))
    for (const item of items) this.globals.set(item.name, value(item))
  }

  /** System collection, user collection or function. */
  global(name: string): Value | undefined {
    return this.systemObjects.get(name) ?? this.globals.get(name)
  }
  systemObject(name: string): Value | undefined {
    return this.systemObjects.get(name)
  }
  native(name: string): Collection {
    return this.system.get(name) as Collection
  }
  collectionById(id: number): Collection | undefined {
    return this.byId.get(id)
  }
  /** For decoding references. */
  readonly resolve = (id: number): ModuleValue => this.byId.get(id)?.module ?? DELETED

  /** Rights of a role by name, built-in names first; undefined: no such role. */
  permissionsOf(role: string): AccessPermissions | undefined {
    const builtIn = BUILT_IN_ROLES.get(role)
    if (builtIn) return builtIn
    const found = this.roles.get(role)
    return found && this.permissionsOfRoles([found])
  }

  /** One object per set of roles, so that what it has worked out serves later requests. */
  permissionsOfRoles(roles: readonly Role[]): RolePermissions {
    const key = roles.map((r) => r.name).join(' ')
    let found = this.rolePermissions.get(key)
    if (!found) {
      if (this.rolePermissions.size >= MAX_ROLE_SETS) this.rolePermissions.clear()
      found = new RolePermissions(roles)
      this.rolePermissions.set(key, found)
    }
    return found
  }

  /** Roles with a membership on a collection, by its name. */
  membersOf(
    collection: string,
  ): readonly { readonly role: Role; readonly predicate: LambdaValue | undefined }[] {
    let found = this.members.get(collection)
    if (!found) {
      found = [...this.roles.values()].flatMap((role) =>
        role.membership
          .filter((m) => m.resource === collection)
          .map((m) => ({ role, predicate: m.predicate })),
      )
      this.members.set(collection, found)
    }
    return found
  }

  private userFunction(d: DocumentVersion): UserFunction[] {
    const name = textField(d.fields, 'name') ?? ''
    const body = storedLambda(textField(d.fields, 'body') ?? '', `*udf:${name}*`)
    if (!body) return []
    const role = textField(d.fields, 'role')
    return [
      new UserFunction({
        name,
        alias: textField(d.fields, 'alias'),
        body,
        role,
        // A role that is gone grants nothing; it does not fall back on the caller's.
        rights: () =>
          role === undefined ? undefined : (this.permissionsOf(role) ?? this.permissionsOfRoles([])),
        definition: new DefinitionValue(this.native('Function').module, name),
      }),
    ]
  }
}

function systemCollection(database: DatabaseId, native: NativeDefinition): Collection {
  const unique = (paths: readonly string[], i: number) =>
    makeIndex(
      database,
      native.id,
      i + 1,
      paths.map((p) => ({ path: [p], mva: false, descending: false })),
    )
  const uniquePaths = native.named ? [['name'], ...native.uniques] : native.uniques
  const uniques = uniquePaths.map((paths, i) => ({ index: unique(paths, i), paths: paths.map((p) => [p]) }))
  const lookups = native.lookups.map((paths, i) => unique(paths, uniquePaths.length + i))
  return new Collection({
    ...NO_FIELDS,
    historyDays: native.named ? undefined : 0,
    historyFloor: 0,
    id: native.id,
    name: native.name,
    alias: native.alias,
    user: false,
    named: native.named,
    native,
    database,
    moduleType: () => native.staticType,
    documentType: native.documentType,
    indexes: [...uniques.map((u) => u.index), ...lookups],
    namedIndexes: [],
    uniques,
  })
}

/** Collections that the type of a field may refer to, by name or alias. */
export function referableCollections({
  collections,
}: Pick<SchemaDocuments, 'collections'>): CollectionLookup {
  const ids = new Map<string, number>([
    ['Key', SYSTEM_IDS.Key],
    ['Token', SYSTEM_IDS.Token],
    ['Credential', SYSTEM_IDS.Credential],
  ])
  for (const [id, d] of collections)
    for (const name of [d.fields.get('alias'), d.fields.get('name')])
      if (typeof name === 'string') ids.set(name, Number(id))
  return (name) => ids.get(name)
}
