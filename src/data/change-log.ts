/**
 * Which documents of a collection each commit has written: one entry a commit, under the collection's prefix and the
 * commit timestamp. Feeds and streams read it and find the versions themselves in the store (spec/data.md §13).
 */
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Key, KeyRange, Timestamp } from '#src/storage/engine.ts'
import { i64, readI64, readSafeU64, readU32, readU64, u64 } from '#src/storage/keys/fixed.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { Collection } from './collection.ts'
import { changesFloorKey, changesPrefix, type DatabaseId } from './keys.ts'

const ID_SIZE = 8
/** `c`, database, collection. */
const PREFIX_SIZE = 13

export const changesOf = (c: Collection): Key => changesPrefix(c.database, c.id)

/** To be called for each write of a document; what one transaction writes becomes one entry. */
export const recordChange = (transaction: Transaction, collection: Collection, id: bigint): void =>
  transaction.putStamped(changesOf(collection), Buffer.from(i64(id), 'latin1'))

/** Ids in an entry, each once. */
export function changedIds(value: Uint8Array): bigint[] {
  const ids = new Set<bigint>()
  const key = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
  for (let at = 0; at < key.length; at += ID_SIZE) ids.add(readI64(key, at))
  return [...ids]
}

/** Entries of commits from `from` to `to`, both included. */
export const changesBetween = (prefix: Key, from: Timestamp, to: Timestamp): KeyRange => ({
  start: prefix + u64(Math.max(0, from)),
  end: prefix + u64(to + 1),
})

export const commitOfKey = (key: Key): Timestamp => readSafeU64(key, PREFIX_SIZE)
export const prefixOfKey = (key: Key): Key => key.slice(0, PREFIX_SIZE)

/** The log of a collection is complete from here on. */
export const logFloor = (transaction: Transaction, prefix: Key): Eventual<Timestamp> =>
  andThen(transaction.get(changesFloorKey(prefix)), (e) =>
    e ? readSafeU64(Buffer.from(e.value).toString('latin1')) : 0,
  )

export const setLogFloor = (transaction: Transaction, prefix: Key, floor: Timestamp): void =>
  transaction.put(changesFloorKey(prefix), Buffer.from(u64(floor), 'latin1'))

/** Whose log a prefix is. */
export const collectionOfPrefix = (prefix: Key): { database: DatabaseId; collection: number } => ({
  database: readU64(prefix, 1),
  collection: readU32(prefix, 9),
})
