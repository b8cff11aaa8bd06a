import { createPublicKey, type KeyObject } from 'node:crypto'
import type { KeyKind } from '#src/access/jwt/algorithms.ts'
import { JwksError } from '#src/access/jwt/jwks-error.ts'

/** Characters of an RSA modulus (8,192 bits) and of its exponent (32 bits): larger ones only serve to keep us busy. */
const MAX_MODULUS = 1366
const MAX_EXPONENT = 6

/** Which key of a set verifies a token. `id`: the `kid` of the token's header. */
export interface KeyQuery {
  readonly id: string | undefined
  readonly kind: KeyKind
}

interface Entry {
  readonly id: string | undefined
  readonly kind: KeyKind
  readonly jwk: JwkFields
  key?: KeyObject | undefined
}

type JwkFields = { readonly [name: string]: string }

/** The keys of a JSON Web Key Set that can verify anything here; others are not looked at, nor are `use` and `alg`. */
export class JwkSet {
  readonly #entries: readonly Entry[]

  private constructor(entries: readonly Entry[]) {
    this.#entries = entries
  }

  /** Reads `{ "keys": [ … ] }`; throws `JwksError`. */
  static parse(text: string): JwkSet {
    const keys = keysOf(text)
    if (!Array.isArray(keys)) throw new JwksError('malformed')
    return new JwkSet(keys.map(entryOf).filter((e) => e !== undefined))
  }

  /**
   * With an id: the key of that id. Without: the only key, or else one without an id (spec/secrets.md §7 step 7).
   * A key that was found and is damaged is a missing one.
   */
  find({ id, kind }: KeyQuery): KeyObject | undefined {
    const candidates = this.#entries.filter((e) => e.kind === kind)
    const only = id === undefined && candidates.length === 1
    const entry = only ? candidates[0] : candidates.find((e) => e.id === id)
    if (entry === undefined) return undefined
    entry.key ??= importKey(entry)
    return entry.key
  }
}

function keysOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'keys') &&
      (value as JwkSource)['keys']
    )
  } catch {
    return undefined
  }
}

type JwkSource = { readonly [name: string]: unknown }

function entryOf(source: unknown): Entry | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  const fields = source as JwkSource
  const id = typeof fields['kid'] === 'string' ? fields['kid'] : undefined
  const kind = kindOf(fields)
  return kind && { id, kind, jwk: pick(fields, MEMBERS[kind]) }
}

function kindOf({ kty, crv }: JwkSource): KeyKind | undefined {
  if (kty === 'RSA') return 'RSA'
  if (kty === 'EC' && crv === 'P-256') return 'P-256'
  return kty === 'OKP' && crv === 'Ed25519' ? 'Ed25519' : undefined
}

/** Public members only, so that a private key published by mistake is not kept. */
const MEMBERS: Record<KeyKind, readonly string[]> = {
  RSA: ['kty', 'n', 'e'],
  'P-256': ['kty', 'crv', 'x', 'y'],
  Ed25519: ['kty', 'crv', 'x'],
}

function pick(fields: JwkSource, names: readonly string[]): JwkFields {
  return Object.fromEntries(names.flatMap((n) => (typeof fields[n] === 'string' ? [[n, fields[n]]] : [])))
}

function importKey({ jwk }: Entry): KeyObject | undefined {
  if ((jwk['n']?.length ?? 0) > MAX_MODULUS || (jwk['e']?.length ?? 0) > MAX_EXPONENT) return undefined
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}
