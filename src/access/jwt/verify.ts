import type { KeyObject } from 'node:crypto'
import { keyKindOf } from '#src/access/jwt/algorithms.ts'
import type { JwksCache } from '#src/access/jwt/jwks-cache.ts'
import type { UnverifiedJwt } from '#src/access/jwt/read.ts'

/** Milliseconds that a login may wait for keys; a download goes on and serves the next one (spec/secrets.md §7). */
const maxKeyWaitMs = 5_000

/**
 * Steps 7 and 8 of spec/secrets.md §7: whether the token was signed with a key of that set. Never throws: whatever goes
 * wrong, the answer is no.
 */
export async function verifyJwt(
  jwt: UnverifiedJwt,
  jwksUri: string,
  keys: JwksCache,
  waitMs: number = maxKeyWaitMs,
): Promise<boolean> {
  try {
    const query = { id: jwt.keyId, kind: keyKindOf(jwt.algorithm) }
    const key = await inTime(keys.find(jwksUri, query), waitMs)
    return key !== undefined && (await isSignedWith(jwt, key))
  } catch {
    return false
  }
}

async function isSignedWith(jwt: UnverifiedJwt, key: KeyObject): Promise<boolean> {
  // Loaded by the first who logs in with a JWT.
  const { compactVerify } = await import('jose')
  await compactVerify(jwt.token.reveal(), key, { algorithms: [jwt.algorithm] })
  return true
}

function inTime<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer))
}
