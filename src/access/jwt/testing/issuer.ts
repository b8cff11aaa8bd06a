import { createSign, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { audienceOf } from '#src/access/jwt/audience.ts'
import { JwksCache } from '#src/access/jwt/jwks-cache.ts'
import { readJwt } from '#src/access/jwt/read.ts'
import { verifyJwt } from '#src/access/jwt/verify.ts'
import { Secret } from '#src/access/secrets/secret.ts'

/** Makes tokens by hand, so that tests can also make those that no decent library would. */
export const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

export const NOW = 1_700_000_000_000
export const GLOBAL_ID = 81985529216486895n

export const claims = (more: object = {}): object => ({
  iss: 'https://issuer.test/',
  aud: audienceOf(GLOBAL_ID),
  ...more,
})

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const ed = generateKeyPairSync('ed25519')

const SIGNERS: Record<string, (input: Buffer, key: KeyObject) => Buffer> = {
  RS256: (input, key) => sign('sha256', input, key),
  RS384: (input, key) => sign('sha384', input, key),
  RS512: (input, key) => sign('sha512', input, key),
  ES256: (input, key) => createSign('sha256').update(input).sign({ key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (input, key) => sign(null, input, key),
}

/** `header` and `payload` may be text that is no JSON. */
export function makeToken(header: unknown, payload: unknown, key: KeyObject, algorithm = 'RS256'): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  const signature = SIGNERS[algorithm]?.(Buffer.from(input), key)
  return `${input}.${signature?.toString('base64url')}`
}

export const jwk = (key: KeyObject, more: object = {}): object => ({
  ...key.export({ format: 'jwk' }),
  ...more,
})

export const keySet = (...keys: readonly object[]): string => JSON.stringify({ keys })

/** Reads and verifies a token against a set of keys, as a login does. */
export async function login(token: string, keys: string, now = NOW): Promise<boolean> {
  const jwt = readJwt(new Secret(token), now)
  if (jwt === undefined) return false
  const fetch = async () => ({ kind: 'loaded', text: keys, etag: undefined }) as const
  return verifyJwt(jwt, 'https://issuer.test/keys', new JwksCache({ fetch }))
}
