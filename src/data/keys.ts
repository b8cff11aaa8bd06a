/** Where things are in the store. A database is named by its global id, a collection and an index by small numbers. */
import type { Key } from '#src/storage/engine.ts'
import { i64, readI64, u32, u64 } from '#src/storage/keys/fixed.ts'

/** Global id of a database; 0 is the root. */
export type DatabaseId = bigint

export const ROOT_DATABASE: DatabaseId = 0n

export const documentPrefix = (database: DatabaseId, collection: number): Key =>
  `d${u64(database)}${u32(collection)}`
export const documentKey = (prefix: Key, id: bigint): Key => prefix + i64(id)
export const indexPrefix = (database: DatabaseId, collection: number, index: number): Key =>
  `i${u64(database)}${u32(collection)}${u32(index)}`
/** Document keys and index entries both end in the document's id. */
export const idOfKey = (key: Key): bigint => readI64(key, key.length - 8)

/** Written by every schema change: its timestamp is the schema's version. */
export const schemaKey = (database: DatabaseId): Key => `s${u64(database)}`
/** Parent and internal document id of a database. */
export const databaseKey = (database: DatabaseId): Key => `g${u64(database)}`
/** Databases whose keys have this id: keys carry no database in their secrets (spec/secrets.md §5.2). */
export const keyOwnersPrefix = (keyId: bigint): Key => `k${i64(keyId)}`
export const keyOwnerKey = (keyId: bigint, database: DatabaseId): Key =>
  keyOwnersPrefix(keyId) + u64(database)
/** Small numbers for collections and indexes. */
export const counterKey = (database: DatabaseId): Key => `n${u64(database)}`
/** Settings of the store as a whole, such as the hash of the root secret. */
export const settingKey = (name: string): Key => `z${name}`
/** Failed logins of a credential or an address. */
export const throttleKey = (database: DatabaseId, what: string): Key => `t${u64(database)}${what}`
/** Changes of a collection, one entry a commit; the commit timestamp follows. */
export const changesPrefix = (database: DatabaseId, collection: number): Key =>
  `c${u64(database)}${u32(collection)}`
