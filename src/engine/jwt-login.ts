/** Login with a JWT of a trusted issuer (spec/secrets.md §7). */

import type { JwksCache } from '#src/access/jwt/jwks-cache.ts'
import { readJwt } from '#src/access/jwt/read.ts'
import { verifyJwt } from '#src/access/jwt/verify.ts'
import { ROOT } from '#src/access/roles/built-in.ts'
import { holds } from '#src/access/roles/predicate.ts'
import type { Role } from '#src/access/roles/role.ts'
import type { Secret } from '#src/access/secrets/secret.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import { ROOT_DATABASE } from '#src/data/keys.ts'
import type { Services } from '#src/data/services.ts'
import { Context } from '#src/fql/eval/context.ts'
import { Double, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { Login } from './authenticate.ts'
import { isAlive } from './databases.ts'
import { type ProviderRole, providersOf } from './jwt-login-providers.ts'
import type { Schemas } from './schemas.ts'

export interface JwtParts {
  readonly schemas: Schemas
  readonly services: Services
  readonly jwks: JwksCache
}

export async function authenticateJwt(
  parts: JwtParts,
  tx: Transaction,
  token: Secret,
): Promise<Login | undefined> {
  const now = Number(parts.services.clock.nanos() / 1_000_000n)
  const jwt = readJwt(token, now)
  if (!jwt || jwt.globalId === ROOT_DATABASE || !(await isAlive(tx, jwt.globalId))) return undefined
  const schema = await parts.schemas.load(tx, jwt.globalId)
  const provider = providersOf(schema).get(jwt.issuer)
  if (!provider || !(await verifyJwt(jwt, provider.jwksUri, parts.jwks))) return undefined
  const payload = payloadOf(jwt.payload)
  if (!payload) return undefined
  const host = new DatabaseHost(schema, tx, parts.services)
  host.signIn({ identity: undefined, token: payload })
  const roles = await rolesFor(host, provider.roles, payload)
  if (roles.length === 0) return undefined
  return { host, permissions: schema.permissionsOfRoles(roles), kind: 'jwt', id: undefined }
}

/** Roles without predicate, and those whose predicate is true of the payload. */
async function rolesFor(
  host: DatabaseHost,
  entries: readonly ProviderRole[],
  payload: Value,
): Promise<Role[]> {
  const ctx = new Context(host, ROOT)
  const held: Role[] = []
  for (const { role: name, predicate } of entries) {
    const role = host.schema.roles.get(name)
    if (role && (!predicate || (await holds(ctx, predicate, [payload])))) held.push(role)
  }
  return held
}

const INTEGER = /^-?[0-9]+$/

/** The payload as an object: integers Long, other numbers Double. */
function payloadOf(text: string): Value | undefined {
  try {
    const numbers = (_key: string, v: unknown, context?: { source: string }): unknown => {
      if (typeof v !== 'number' || !context) return v
      return INTEGER.test(context.source) ? BigInt.asIntN(64, BigInt(context.source)) : new Double(v)
    }
    const value = payloadValue(JSON.parse(text, numbers as (key: string, v: unknown) => unknown))
    return value instanceof ObjectValue ? value : undefined
  } catch {
    return undefined
  }
}

function payloadValue(json: unknown): Value {
  if (json === null || json === undefined) return NULL
  if (Array.isArray(json)) return json.map(payloadValue)
  if (json instanceof Double || typeof json !== 'object') return json as Value
  return new ObjectValue(new Map(Object.entries(json).map(([k, v]) => [k, payloadValue(v)])))
}
