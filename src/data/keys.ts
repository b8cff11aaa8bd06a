/** Where things are in the store. A database is named by its global id, a collection and an index by small numbers. */
import type { Key, KeyRange } from '#src/storage/engine.ts'
import { i64, readI64, readU32, readU64, u32, u64 } from '#src/storage/keys/fixed.ts'

/** Global id of a database; 0 is the root. */
export type DatabaseId = bigint

export const ROOT_DATABASE: DatabaseId = 0n

/** The value of records whose key says all. */
export const NO_BYTES: Uint8Array = new Uint8Array(0)

export const documentPrefix = (database: DatabaseId, collection: number): Key =>
  `d${u64(database)}${u32(collection)}`
export const documentKey = (prefix: Key, id: bigint): Key => prefix + i64(id)
export const indexPrefix = (database: DatabaseId, collection: number, index: number): Key =>
  `i${u64(database)}${u32(collection)}${u32(index)}`
/** Document keys and index entries both end in the document's id. */
export const idOfKey = (key: Key): bigint => readI64(key, key.length - 8)

/** The same as it stands there. */
export const idPartOfKey = (key: Key): Key => key.slice(-8)

/** Written by every schema change: its timestamp is the schema's version. */
export const schemaKey = (database: DatabaseId): Key => `s${u64(database)}`
/** Source files of a schema; the file's name follows. */
export const filesPrefix = (database: DatabaseId): Key => `f${u64(database)}`
/** Parent and internal document id of a database. */
export const databaseKey = (database: DatabaseId): Key => `g${u64(database)}`
/** Databases whose keys have this id: keys carry no database in their secrets (spec/secrets.md §5.2). */
export const keyOwnersPrefix = (keyId: bigint): Key => `k${i64(keyId)}`
export const keyOwnerKey = (keyId: bigint, database: DatabaseId): Key =>
  keyOwnersPrefix(keyId) + u64(database)
/** Small numbers for collections and indexes. */
export const counterKey = (database: DatabaseId): Key => `n${u64(database)}`
/** Failed logins, by credential and by client network. */
export const throttlePrefix = (database: DatabaseId): Key => `t${u64(database)}`
/** Settings for logins and tokens. */
export const identitySettingsKey = (database: DatabaseId): Key => `y${u64(database)}`
/** Changes of a collection, one entry a commit; the commit timestamp follows. */
export const changesPrefix = (database: DatabaseId, collection: number): Key =>
  `c${u64(database)}${u32(collection)}`
/** All collections' changes. */
export const ALL_CHANGES: KeyRange = { start: 'c', end: 'd' }
/** From when on the log of changes with that prefix is complete. */
export const changesFloorKey = (changes: Key): Key => `l${changes.slice(1)}`

/** Physical indexes that are being filled, and those that could not be. */
export const buildsPrefix = (database: DatabaseId): Key => `b${u64(database)}`
export const buildsOfCollection = (database: DatabaseId, collection: number): Key =>
  buildsPrefix(database) + u32(collection)
export const buildKey = (database: DatabaseId, collection: number, index: number): Key =>
  buildsOfCollection(database, collection) + u32(index)
/** All databases' builds. */
export const ALL_BUILDS: KeyRange = { start: 'b', end: 'c' }
/** When documents expire: seconds, then the document. */
export const expiryKey = (seconds: bigint, database: DatabaseId, collection: number, id: bigint): Key =>
  `e${u64(seconds)}${u64(database)}${u32(collection)}${i64(id)}`
/** What has expired by then. */
export const expiredBy = (seconds: bigint): KeyRange => ({ start: 'e', end: `e${u64(seconds + 1n)}` })
export const documentOfExpiry = (key: Key): { database: DatabaseId; collection: number; id: bigint } => ({
  database: readU64(key, 9),
  collection: readU32(key, 17),
  id: readI64(key, 21),
})
/** While a schema is staged: the version that is active. */
export const pinKey = (database: DatabaseId): Key => `q${u64(database)}`
/** While a schema is staged: copies of the active schema's records, by their own keys. */
export const pinnedPrefix = (database: DatabaseId): Key => `p${u64(database)}`
/** All that a database consists of, except its place. */
export const databasePrefixes = (database: DatabaseId): Key[] =>
  ['d', 'i', 's', 'f', 'n', 't', 'y', 'c', 'l', 'b', 'q', 'p'].map((table) => table + u64(database))
/** Prefixes of records that nothing can reach any more. */
export const garbageKey = (prefix: Key): Key => `x${prefix}`
export const ALL_GARBAGE: KeyRange = { start: 'x', end: 'y' }

/** The parts of a build's key. */
export const buildOfKey = (key: Key): { database: DatabaseId; collection: number; index: number } => ({
  database: readU64(key, 1),
  collection: readU32(key, 9),
  index: readU32(key, 13),
})
