import { isAlgorithm, type JwtAlgorithm } from '#src/access/jwt/algorithms.ts'
import { audienceOf, databaseOf } from '#src/access/jwt/audience.ts'
import type { Secret } from '#src/access/secrets/secret.ts'

/** Characters of a JWT. Headers of a request are no longer than that anyway. */
export const maxJwtCharacters = 32 * 1024

/**
 * What a JWT claims before its signature is verified: good for finding the access provider, for nothing else.
 * `globalId`: of the database it is for. `payload`: JSON text. `expiresAt`: milliseconds since 1970.
 */
export interface UnverifiedJwt {
  readonly token: Secret
  readonly algorithm: JwtAlgorithm
  readonly keyId: string | undefined
  readonly issuer: string
  readonly globalId: bigint
  readonly payload: string
  readonly expiresAt: number | undefined
}

/**
 * Steps 1 to 4 and the issuer of spec/secrets.md §7: form, algorithm, time, audience. `undefined`: refuse.
 * @param now milliseconds since 1970
 */
export function readJwt(token: Secret, now: number): UnverifiedJwt | undefined {
  const parts = split(token.reveal())
  const header = parts && parseObject(parts.header)
  const claims = parts && parseObject(parts.payload)
  if (!parts || !header || !claims || !isAlgorithm(header['alg']) || !isTimely(claims, now)) return undefined
  // Extensions that must be understood: none is (RFC 7515 §4.1.11).
  if (Object.hasOwn(header, 'crit')) return undefined
  const globalId = databaseOf(claims['aud'])
  const issuer = claims['iss']
  // A database never vouches for itself.
  if (globalId === undefined || typeof issuer !== 'string' || issuer === audienceOf(globalId))
    return undefined
  const expiresAt = milliseconds(claims['exp'])
  return {
    token,
    algorithm: header['alg'],
    keyId: text(header['kid']),
    issuer,
    globalId,
    payload: parts.payload,
    expiresAt,
  }
}

function isTimely(claims: JsonFields, now: number): boolean {
  const notAfter = milliseconds(claims['exp'])
  const notBefore = milliseconds(claims['nbf'])
  return (notAfter === undefined || now < notAfter) && (notBefore === undefined || now > notBefore)
}

const milliseconds = (claim: unknown): number | undefined =>
  typeof claim === 'number' ? claim * 1000 : undefined

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const BASE64URL = /^[\w-]+$/

/** Header and payload as text, when there are exactly three parts of URL-safe base64, without padding. */
function split(token: string): { readonly header: string; readonly payload: string } | undefined {
  if (token.length > maxJwtCharacters) return undefined
  const parts = token.split('.', 4)
  if (parts.length !== 3 || !parts.every((p) => BASE64URL.test(p) && p.length % 4 !== 1)) return undefined
  const header = decode(parts[0])
  const payload = decode(parts[1])
  return header === undefined || payload === undefined ? undefined : { header, payload }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(part = ''): string | undefined {
  try {
    return utf8.decode(Buffer.from(part, 'base64url'))
  } catch {
    return undefined
  }
}

type JsonFields = { readonly [name: string]: unknown }

/** The fields of a JSON object. Numbers written with a fraction or an exponent count as absent: null. */
function parseObject(json: string): JsonFields | undefined {
  try {
    const value: unknown = JSON.parse(json, integersOnly)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonFields)
      : undefined
  } catch {
    // No JSON, or nested so deeply that the walk over it ran out of stack.
    return undefined
  }
}

const INTEGER = /^-?\d+$/

function integersOnly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && !INTEGER.test(context?.source ?? '') ? null : value
}
