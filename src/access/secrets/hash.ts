import { hash, timingSafeEqual } from 'node:crypto'

/**
 * What the store keeps of a secret: the SHA-256 of its random part, 32 bytes. The random part has 160 bits, so nothing
 * is gained by a slow function (spec/secrets.md §5.2).
 */
export const hashRandom = (random: Uint8Array): Uint8Array => hash('sha256', random, 'buffer')

/** Compares two hashes in a time that does not depend on where they differ. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b)

/**
 * The one candidate with this hash. Every candidate is compared; when two match, which only happens if somebody copied
 * a key between databases, neither is taken (spec/secrets.md §5.2).
 */
export function onlyMatch<T>(
  hash: Uint8Array,
  candidates: Iterable<T>,
  hashOf: (candidate: T) => Uint8Array,
): T | undefined {
  const matches: T[] = []
  for (const candidate of candidates) if (sameHash(hash, hashOf(candidate))) matches.push(candidate)
  return matches.length === 1 ? matches[0] : undefined
}

/**
 * Tests a text against the configured root secrets. Only their hashes are kept; every one is compared, in constant time.
 * An empty root secret never matches.
 */
export function rootSecretTest(secrets: readonly string[]): (text: string) => boolean {
  const hashes = secrets.filter((s) => s !== '').map(hashText)
  return (text) => {
    const presented = hashText(text)
    let found = false
    for (const known of hashes) found = sameHash(presented, known) || found
    return found
  }
}

const hashText = (text: string): Uint8Array => hash('sha256', text, 'buffer')
