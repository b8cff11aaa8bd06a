import { randomBytes } from 'node:crypto'
import { encodeKeySecret, encodeTokenSecret, RANDOM_BYTES } from '#src/access/secrets/codec.ts'
import { hashRandom } from '#src/access/secrets/hash.ts'
import { Secret } from '#src/access/secrets/secret.ts'

/** Answers so many bytes that nobody can predict. */
export type RandomBytes = (size: number) => Uint8Array

/** `secret` goes to the caller, once; `hash` (32 bytes) goes to the store. */
export interface MintedSecret {
  readonly secret: Secret
  readonly hash: Uint8Array
}

/** A new secret for the key `id` (spec/secrets.md §5.2). */
export function mintKeySecret(id: bigint, random: RandomBytes = randomBytes): MintedSecret {
  const bytes = draw(random)
  return { secret: new Secret(encodeKeySecret(id, bytes)), hash: hashRandom(bytes) }
}

/** A new secret for the token `id` of the database with this global id (spec/secrets.md §5.2). */
export function mintTokenSecret(
  id: bigint,
  globalId: bigint,
  random: RandomBytes = randomBytes,
): MintedSecret {
  const bytes = draw(random)
  return { secret: new Secret(encodeTokenSecret(id, globalId, bytes)), hash: hashRandom(bytes) }
}

function draw(random: RandomBytes): Uint8Array {
  const bytes = random(RANDOM_BYTES)
  if (bytes.length !== RANDOM_BYTES) throw new Error('the random source gave too few bytes')
  return bytes
}
