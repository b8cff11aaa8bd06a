/** The calendar of documents that expire, and their removal when their time is over (spec/data.md §1.7). */
import type { Context } from '#src/fql/eval/context.ts'
import type { TimeValue } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Key } from '#src/storage/engine.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { maintainIndexes } from './index-maintenance.ts'
import { documentKey, expiryKey, keyOwnerKey, NO_BYTES } from './keys.ts'
import { SYSTEM_IDS } from './system/ids.ts'

const NANOS = 1_000_000_000n
/** Beyond any clock. */
const NEVER = 2n ** 53n

/** The place of a document in the calendar: not before its last second is over. */
function placeOf(collection: Collection, id: bigint, ttl: TimeValue): Key {
  const seconds = ttl.nanos <= 0n ? 0n : (ttl.nanos + NANOS - 1n) / NANOS
  return expiryKey(seconds < NEVER ? seconds : NEVER, collection.database, collection.id, id)
}

/** Keeps the calendar in step with a document that is written. */
export function noteExpiry(
  transaction: Transaction,
  collection: Collection,
  id: bigint,
  before: TimeValue | undefined,
  after: TimeValue | undefined,
): void {
  const old = before && placeOf(collection, id, before)
  const now = after && placeOf(collection, id, after)
  if (old === now) return
  if (old !== undefined) transaction.delete(old)
  if (now !== undefined) transaction.put(now, NO_BYTES)
}

/** Removes a document that has expired, with its index entries. Nobody is told: it was not there any more. */
export function removeExpiredDocument(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  id: bigint,
): Eventual<void> {
  return andThen(host.storedVersion(collection, id, undefined), (stored) => {
    if (!stored?.isExpired(host.snapshotTs)) return
    return andThen(maintainIndexes(ctx, host, collection, id, stored, undefined), () => {
      host.transaction.delete(documentKey(collection.prefix, id))
      if (collection.id === SYSTEM_IDS.Key) host.transaction.delete(keyOwnerKey(id, collection.database))
    })
  })
}
