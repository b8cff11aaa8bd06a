import { decodeGlobalId, encodeGlobalId } from '#src/lib/zbase32.ts'

/** Fixed text: identity providers have been set up with it (spec/secrets.md §7.1). */
const PREFIX = 'https://db.fauna.com/db/'
const ROOT = 0n

/** The `aud` that opens a database, also the `audience` of its access providers. */
export const audienceOf = (globalId: bigint): string => PREFIX + encodeGlobalId(globalId)

/**
 * The global id of the database that an `aud` claim opens, or `undefined`. Exactly one audience may name a database;
 * the root database is never opened. An array must hold strings only.
 */
export function databaseOf(claim: unknown): bigint | undefined {
  const all = typeof claim === 'string' ? [claim] : claim
  if (!Array.isArray(all) || !all.every((a) => typeof a === 'string')) return undefined
  const ours = all.filter((a) => a.startsWith(PREFIX))
  const id = ours.length === 1 ? decodeGlobalId(ours[0]?.slice(PREFIX.length) ?? '') : undefined
  return id === ROOT ? undefined : id
}
