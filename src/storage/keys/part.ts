/**
 * The parts that keys are made of. Storage knows nothing of FQL; the data layer maps its values to these.
 * Their order (data.md §5.6): numbers < doubles told apart < bytes < strings < arrays < objects < references < times < dates < UUIDs
 * < false < true < null.
 */
export type KeyPart =
  | null
  | boolean
  | KeyNumber
  | string
  | Uint8Array
  | readonly KeyPart[]
  | KeyObject
  | KeyScalar

/**
 * Any double, or an integer in [-2^63, 2^63) as a bigint: ordered together and exactly. -0 < 0, and NaN is above
 * Infinity and equal to itself (language.md: Java's comparison of doubles). `1` and `1n` make the same key.
 */
export type KeyNumber = number | bigint

/** Fields in any order; the key orders them by name. No name twice. */
export interface KeyObject {
  readonly kind: 'object'
  readonly fields: readonly (readonly [name: string, value: KeyPart])[]
}

export type KeyScalar = KeyDouble | KeyReference | KeyTime | KeyDate | KeyUuid

/** A double where that makes a difference: after all numbers, and none of them. */
interface KeyDouble {
  readonly kind: 'double'
  readonly value: number
}

/** A document: ordered by collection, then id. Both 0 ≤ n < 2^64. */
interface KeyReference {
  readonly kind: 'reference'
  readonly collection: bigint
  readonly id: bigint
}

/** Since 1970-01-01T00:00:00Z; -2^63 ≤ seconds < 2^63 and 0 ≤ nanos < 10^9. */
interface KeyTime {
  readonly kind: 'time'
  readonly seconds: bigint
  readonly nanos: number
}

/** Days since 1970-01-01, a safe integer. */
interface KeyDate {
  readonly kind: 'date'
  readonly day: number
}

/** 16 bytes. */
interface KeyUuid {
  readonly kind: 'uuid'
  readonly bytes: Uint8Array
}
