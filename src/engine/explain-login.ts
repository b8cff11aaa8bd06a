/** Who a secret stands for, and why it has the roles that it has. */

import { ROOT } from '#src/access/roles/built-in.ts'
import { outcomeOf, type PredicateOutcome } from '#src/access/roles/explain.ts'
import type { Role } from '#src/access/roles/role.ts'
import { IdentityPermissions, RolePermissions } from '#src/access/roles/role-permissions.ts'
import { parseAuthorization } from '#src/access/secrets/authorization.ts'
import { decodeSecret } from '#src/access/secrets/codec.ts'
import { sameHash } from '#src/access/secrets/hash.ts'
import type { DatabaseId } from '#src/data/keys.ts'
import { documentText } from '#src/data/security-event.ts'
import { MAX_ROLES_PER_COLLECTION } from '#src/data/system/role-limit.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { BytesValue, NULL, ObjectValue } from '#src/fql/values/value.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { hostFor, type Login } from './authenticate.ts'
import { providersOf } from './jwt-login-providers.ts'
import type { QueryParts } from './run-query.ts'

/** Whether a role is held, and why. */
export interface RoleExplanation {
  readonly role: string
  readonly held: boolean
  readonly because: string
  readonly predicate?: PredicateOutcome
}

export type LoginExplanation =
  | { readonly authenticated: false; readonly because: string }
  | {
      readonly authenticated: true
      readonly kind: Login['kind']
      readonly id: string | undefined
      readonly database: string
      readonly databaseId: DatabaseId
      readonly identity: string | undefined
      /** Collection of the identity document. */
      readonly collection: string | undefined
      /** The built-in role that the login has, if any; then `roles` is empty. */
      readonly builtInRole: string | undefined
      readonly roles: readonly RoleExplanation[]
      toJSON?(): unknown
    }

export async function explainLogin(login: Login): Promise<LoginExplanation> {
  const { host, kind, id, permissions } = login
  const identity = host.identity()
  const doc = identity instanceof DocValue ? identity : undefined
  const explained = {
    authenticated: true,
    kind,
    id: id?.toString(),
    database: encodeGlobalId(host.schema.database),
    identity: doc && documentText(doc),
    collection: doc?.collection.name,
    builtInRole: permissions.builtIn,
    roles: await rolesOf(login, doc),
  } as const
  // Not for JSON, which has no 64-bit integers.
  return Object.defineProperty(explained, 'databaseId', {
    value: host.schema.database,
    enumerable: false,
  }) as typeof explained & {
    databaseId: DatabaseId
  }
}

async function rolesOf(login: Login, identity: DocValue | undefined): Promise<RoleExplanation[]> {
  const { permissions, kind, host } = login
  if (permissions instanceof IdentityPermissions && identity) return memberships(login, identity)
  if (kind === 'jwt') return providerRoles(login)
  if (!(permissions instanceof RolePermissions)) return []
  const given = permissions.roles.map(({ name }) => ({
    role: name,
    held: true,
    because: `the ${kind} has this role`,
  }))
  if (given.length > 0 || kind !== 'key') return given
  const database = encodeGlobalId(host.schema.database)
  return [{ role: '?', held: false, because: `the role of the key does not exist in database ${database}` }]
}

/** Of every role of the database: is the document a member? */
async function memberships({ host }: Login, identity: DocValue): Promise<RoleExplanation[]> {
  const collection = identity.collection.name
  const ctx = new Context(host, ROOT)
  const considered = new Set(host.schema.membersOf(collection).slice(0, MAX_ROLES_PER_COLLECTION))
  const out: RoleExplanation[] = []
  for (const role of host.schema.roles.values()) {
    const entries = host.schema.membersOf(collection).filter((m) => m.role === role)
    if (entries.length === 0)
      out.push({ role: role.name, held: false, because: noMembership(role, collection) })
    for (const entry of entries) {
      if (!considered.has(entry))
        out.push({
          role: role.name,
          held: false,
          because: `only ${MAX_ROLES_PER_COLLECTION} roles are considered`,
        })
      else if (!entry.predicate)
        out.push({ role: role.name, held: true, because: `every document of ${collection} is a member` })
      else
        out.push(
          byPredicate(role.name, 'membership predicate', await outcomeOf(ctx, entry.predicate, [identity])),
        )
    }
  }
  return out
}

const noMembership = (role: Role, collection: string): string =>
  role.membership.length === 0
    ? 'it has no membership'
    : `its membership is on ${role.membership.map((m) => m.resource).join(', ')}, not on ${collection}`

const byPredicate = (role: string, what: string, predicate: PredicateOutcome): RoleExplanation => ({
  role,
  held: predicate.holds,
  because: `its ${what} ${predicate.holds ? 'holds' : 'does not hold'}: ${predicate.because}`,
  predicate,
})

/** Of every role that the provider of the JWT may give: did it? */
async function providerRoles({ host }: Login): Promise<RoleExplanation[]> {
  const payload = host.token() ?? NULL
  const issuer = payload instanceof ObjectValue ? payload.fields.get('iss') : undefined
  const provider = providersOf(host.schema).get(typeof issuer === 'string' ? issuer : '')
  const ctx = new Context(host, ROOT)
  const out: RoleExplanation[] = []
  for (const { role, predicate } of provider?.roles ?? []) {
    if (predicate) out.push(byPredicate(role, 'predicate', await outcomeOf(ctx, predicate, [payload])))
    else out.push({ role, held: true, because: 'the provider gives it to every token' })
  }
  return out
}

// ---------------------------------------------------------------- refusals

/** Why a secret is none, as far as that is the business of an admin of this database. */
export async function explainRefusal(
  parts: QueryParts,
  tx: Transaction,
  admin: Login,
  secret: string,
): Promise<LoginExplanation> {
  return { authenticated: false, because: await refusal(parts, tx, admin, secret) }
}

const ELSEWHERE = 'it is no secret of this database, or of one below it'

async function refusal(parts: QueryParts, tx: Transaction, admin: Login, secret: string): Promise<string> {
  const presented = parseAuthorization(`Bearer ${secret}`)
  if (presented.kind === 'jwt') return 'the JWT is not valid here, or no role of its provider applies'
  const decoded = presented.kind === 'secret' ? decodeSecret(presented.secret.reveal()) : undefined
  if (!decoded) return 'it has not the form of a secret'
  const { database } = admin.host.schema
  const host = await hostFor(parts, tx, database)
  if (!host || (decoded.kind === 'token' && decoded.globalId !== database)) return ELSEWHERE
  const version = await host.version(
    host.schema.native(decoded.kind === 'token' ? 'Token' : 'Key'),
    decoded.id,
    undefined,
  )
  if (!version)
    return `there is no ${decoded.kind} ${decoded.id} in this database: it was deleted, has expired, or never was`
  const hash = version.internal.get('hashed_secret')
  if (!(hash instanceof BytesValue) || !sameHash(hash.bytes, decoded.hash))
    return `there is a ${decoded.kind} ${decoded.id}, but this is not its secret`
  const document = version.fields.get('document')
  if (document instanceof DocValue)
    return `token ${decoded.id} stands for ${documentText(document)}, which does not exist: it was deleted or has expired`
  return `${decoded.kind} ${decoded.id} may not take this scope, or what the scope names does not exist`
}
