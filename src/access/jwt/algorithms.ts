/**
 * Algorithms that may sign a JWT, with the only kind of key that each may use. A key is looked up by kind, so a header
 * can never turn one kind of key into another (a public key into an HMAC secret, say).
 */
const KEY_KINDS = {
  RS256: 'RSA',
  RS384: 'RSA',
  RS512: 'RSA',
  ES256: 'P-256',
  EdDSA: 'Ed25519',
} as const

export type JwtAlgorithm = keyof typeof KEY_KINDS
export type KeyKind = (typeof KEY_KINDS)[JwtAlgorithm]

/** Exact names only: `none`, HMAC and every other spelling are no algorithms. */
export const isAlgorithm = (name: unknown): name is JwtAlgorithm =>
  typeof name === 'string' && Object.hasOwn(KEY_KINDS, name)

export const keyKindOf = (algorithm: JwtAlgorithm): KeyKind => KEY_KINDS[algorithm]
