/** From the `Authorization` header to a login: whose rights, on which database (spec/secrets.md §5, §6). */
import { BUILT_IN_ROLES, ROOT } from '#src/access/roles/built-in.ts'
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import { holds } from '#src/access/roles/predicate.ts'
import type { Role } from '#src/access/roles/role.ts'
import { IdentityPermissions } from '#src/access/roles/role-permissions.ts'
import { type Presented, parseAuthorization } from '#src/access/secrets/authorization.ts'
import { type DecodedSecret, decodeSecret } from '#src/access/secrets/codec.ts'
import { sameHash } from '#src/access/secrets/hash.ts'
import type { Scope } from '#src/access/secrets/scope.ts'
import { childDatabase, storedDatabaseId } from '#src/data/child-database.ts'
import { Collection } from '#src/data/collection.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import { type DatabaseId, keyOwnersPrefix, ROOT_DATABASE } from '#src/data/keys.ts'
import type { Services } from '#src/data/services.ts'
import { MAX_ROLES_PER_COLLECTION } from '#src/data/system/role-limit.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { BytesValue } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import { readU64 } from '#src/storage/keys/fixed.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { AuditTrail } from './audit.ts'
import { isAlive } from './databases.ts'
import { authenticateJwt, type JwtParts } from './jwt-login.ts'
import { Origin, type RequestFrom, tellRefused } from './origin.ts'
import type { Schemas } from './schemas.ts'

/** A login that succeeded. The host is signed in. */
export interface Login {
  readonly host: DatabaseHost
  readonly permissions: AccessPermissions
  readonly kind: 'root' | 'key' | 'token' | 'document' | 'jwt'
  /** Id of the key or token, for logs. */
  readonly id: bigint | undefined
}

export interface AuthParts extends JwtParts {
  readonly schemas: Schemas
  readonly services: Services
  readonly isRootSecret: (text: string) => boolean
  readonly audit: AuditTrail
}

/** undefined: not authenticated, whatever the reason. */
export function authenticate(
  parts: AuthParts,
  tx: Transaction,
  authorization: string | undefined,
  from: RequestFrom = {},
): Eventual<Login | undefined> {
  return andThen(identify(parts, tx, authorization), (login) => {
    if (login) login.host.origin = new Origin(from, login)
    else tellRefused(parts.audit, authorization, from)
    return login
  })
}

function identify(
  parts: AuthParts,
  tx: Transaction,
  authorization: string | undefined,
): Eventual<Login | undefined> {
  const presented = parseAuthorization(authorization)
  switch (presented.kind) {
    case 'none':
      return undefined
    case 'jwt':
      return authenticateJwt(parts, tx, presented.token)
    case 'secret':
      return bySecret(parts, tx, presented)
  }
}

function bySecret(
  parts: AuthParts,
  tx: Transaction,
  presented: Presented & { kind: 'secret' },
): Eventual<Login | undefined> {
  const text = presented.secret.reveal()
  const decoded = decodeSecret(text)
  const found =
    decoded &&
    (decoded.kind === 'token' ? byToken(parts, tx, decoded) : byKey(parts, tx, decoded, presented.scope))
  return andThen(found, (login) => {
    if (login) return login
    return parts.isRootSecret(text)
      ? scoped(parts, tx, ROOT_DATABASE, ROOT, presented.scope, 'root', undefined)
      : undefined
  })
}

const hashIn = (version: DocumentVersion | undefined): Uint8Array | undefined => {
  const hash = version?.internal.get('hashed_secret')
  return hash instanceof BytesValue ? hash.bytes : undefined
}

/** A host that nobody has signed in to; undefined: the database is gone. */
export function hostFor(
  parts: AuthParts,
  tx: Transaction,
  database: DatabaseId,
): Eventual<DatabaseHost | undefined> {
  return andThen(isAlive(tx, database), (alive) =>
    alive
      ? andThen(parts.schemas.load(tx, database), (schema) => new DatabaseHost(schema, tx, parts.services))
      : undefined,
  )
}

// ---------------------------------------------------------------- tokens

function byToken(
  parts: AuthParts,
  tx: Transaction,
  secret: DecodedSecret & { kind: 'token' },
): Eventual<Login | undefined> {
  return andThen(hostFor(parts, tx, secret.globalId), (host) => {
    if (!host) return undefined
    const tokens = host.schema.native('Token')
    return andThen(host.version(tokens, secret.id, undefined), (version) => {
      const hash = hashIn(version)
      const document = version?.fields.get('document')
      if (!hash || !sameHash(hash, secret.hash) || !(document instanceof DocValue)) return undefined
      return asDocument(host, document, new DocValue(tokens.module, secret.id), 'token', secret.id)
    })
  })
}

/** Logs in as a document, if it exists; its roles are those whose membership it has. */
function asDocument(
  host: DatabaseHost,
  document: DocValue,
  token: DocValue | undefined,
  kind: 'token' | 'document',
  id: bigint | undefined,
): Eventual<Login | undefined> {
  const { collection } = document.collection
  if (!(collection instanceof Collection) || !collection.user || typeof document.key !== 'bigint')
    return undefined
  return andThen(host.version(collection, document.key, undefined), (identity) => {
    if (!identity) return undefined
    host.signIn({ identity: document, token })
    return andThen(membershipsOf(host, collection, document), (roles) => {
      const permissions = new IdentityPermissions(host.schema.permissionsOfRoles(roles), document)
      return { host, permissions, kind, id }
    })
  })
}

function membershipsOf(host: DatabaseHost, collection: Collection, document: DocValue): Eventual<Role[]> {
  const candidates = host.schema.membersOf(collection.name)
  const held: Role[] = []
  let ctx: Context | undefined
  const done = eachIndex(Math.min(candidates.length, MAX_ROLES_PER_COLLECTION), (i) => {
    const { role, predicate } = candidates[i] as (typeof candidates)[number]
    if (predicate === undefined) {
      held.push(role)
      return undefined
    }
    ctx ??= new Context(host, ROOT)
    return andThen(holds(ctx, predicate, [document]), (member) => {
      if (member) held.push(role)
    })
  })
  return andThen(done, () => held)
}

// ---------------------------------------------------------------- keys

function byKey(
  parts: AuthParts,
  tx: Transaction,
  secret: DecodedSecret & { kind: 'key' },
  scope: Scope | undefined,
): Eventual<Login | undefined> {
  return andThen(tx.scan(prefixRange(keyOwnersPrefix(secret.id)), { limit: 16 }), ({ entries }) => {
    const databases = entries.map((e) => readU64(e.key, e.key.length - 8))
    return andThen(matching(parts, tx, secret, databases, 0, []), (matches) => {
      const [only] = matches
      // Ids are unique by generation, not by constraint: two that match are refused.
      if (!only || matches.length > 1) return undefined
      return openKey(parts, tx, only, scope, secret.id)
    })
  })
}

interface KeyMatch {
  readonly database: DatabaseId
  readonly version: DocumentVersion
}

function matching(
  parts: AuthParts,
  tx: Transaction,
  secret: DecodedSecret,
  databases: readonly DatabaseId[],
  i: number,
  out: KeyMatch[],
): Eventual<KeyMatch[]> {
  const database = databases[i]
  if (database === undefined) return out
  return andThen(hostFor(parts, tx, database), (host) =>
    andThen(host?.version(host.schema.native('Key'), secret.id, undefined), (version) => {
      const hash = hashIn(version)
      if (version && hash && sameHash(hash, secret.hash)) out.push({ database, version })
      return matching(parts, tx, secret, databases, i + 1, out)
    }),
  )
}

function openKey(
  parts: AuthParts,
  tx: Transaction,
  { database, version }: KeyMatch,
  scope: Scope | undefined,
  id: bigint,
): Eventual<Login | undefined> {
  const child = version.internal.get('database')
  const target = child === undefined ? database : storedDatabaseId(child)
  const role = version.fields.get('role') as string
  return andThen(hostFor(parts, tx, target), (host) => {
    if (!host) return undefined
    // A role that the target database does not have may do nothing (spec/secrets.md §3.2).
    const permissions = host.schema.permissionsOf(role) ?? host.schema.permissionsOfRoles([])
    return scoped(parts, tx, target, permissions, scope, 'key', id)
  })
}

// ---------------------------------------------------------------- scopes

/** Who may use which scope: spec/secrets.md §5.4. */
function scoped(
  parts: AuthParts,
  tx: Transaction,
  database: DatabaseId,
  permissions: AccessPermissions,
  scope: Scope | undefined,
  kind: 'root' | 'key',
  id: bigint | undefined,
): Eventual<Login | undefined> {
  if (!scope) return andThen(hostFor(parts, tx, database), (host) => host && { host, permissions, kind, id })
  if (!mayScope(permissions, scope)) return undefined
  return andThen(descend(parts, tx, database, scope.path), (host) => host && inScope(host, scope, kind, id))
}

function mayScope(permissions: AccessPermissions, scope: Scope): boolean {
  if (permissions.builtIn === 'admin') return true
  return permissions.builtIn === 'server' && scope.kind === 'document' && scope.path.length === 0
}

function inScope(
  host: DatabaseHost,
  scope: Scope,
  kind: 'root' | 'key',
  id: bigint | undefined,
): Eventual<Login | undefined> {
  switch (scope.kind) {
    case 'builtin':
      return { host, permissions: BUILT_IN_ROLES.get(scope.role) as AccessPermissions, kind, id }
    case 'role': {
      const role = host.schema.roles.get(scope.name)
      return role && { host, permissions: host.schema.permissionsOfRoles([role]), kind, id }
    }
    case 'document': {
      const collection = host.schema.collections.find((c) => c.name === scope.collection)
      return (
        collection && asDocument(host, new DocValue(collection.module, scope.id), undefined, 'document', id)
      )
    }
    case 'unresolvable':
      return undefined
  }
}

/** The database at a path of names below another. */
function descend(
  parts: AuthParts,
  tx: Transaction,
  database: DatabaseId,
  path: readonly string[],
): Eventual<DatabaseHost | undefined> {
  return andThen(hostFor(parts, tx, database), (host) => {
    const [name, ...rest] = path
    if (!host || name === undefined) return host
    return andThen(childDatabase(host, name), (id) =>
      id === undefined ? undefined : descend(parts, tx, storedDatabaseId(id), rest),
    )
  })
}
