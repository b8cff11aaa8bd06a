/** What is stored of a database's schema beside its documents: version, pinned copies, index builds (spec/schema.md §17). */
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry, Key } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { type BuildState, type Builds, buildName } from './index-definitions.ts'
import {
  buildOfKey,
  buildsPrefix,
  type DatabaseId,
  documentPrefix,
  filesPrefix,
  NO_BYTES,
  pinKey,
  pinnedPrefix,
  schemaKey,
} from './keys.ts'
import { scanAll } from './scan-all.ts'
import { SYSTEM_IDS } from './system/ids.ts'

function u64Bytes(n: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(n))
  return bytes
}
const readU64Bytes = (bytes: Uint8Array): number => Number(Buffer.from(bytes).readBigUInt64BE(0))

// ---------------------------------------------------------------- version

export interface SchemaStamp {
  /** Changes whenever anything does that a compiled schema depends on. */
  readonly stamp: number
  /** Microseconds of the last change by a user. */
  readonly version: number
}

export const readStamp = (transaction: Transaction, database: DatabaseId): Eventual<SchemaStamp> =>
  andThen(transaction.get(schemaKey(database)), (entry) => {
    if (!entry) return { stamp: 0, version: 0 }
    return { stamp: entry.ts, version: entry.value.length === 8 ? readU64Bytes(entry.value) : entry.ts }
  })

/** Marks the schema as changed: its version becomes the commit time, or stays `version` when users are not to notice. */
export function touchSchema(transaction: Transaction, database: DatabaseId, version?: number): void {
  transaction.put(schemaKey(database), version === undefined ? NO_BYTES : u64Bytes(version))
}

// ---------------------------------------------------------------- pinned copies

/** Prefixes of all records that make up a schema. */
const recordPrefixes = (database: DatabaseId): Key[] => [
  ...[SYSTEM_IDS.Collection, SYSTEM_IDS.Function, SYSTEM_IDS.Role, SYSTEM_IDS.AccessProvider].map((id) =>
    documentPrefix(database, id),
  ),
  filesPrefix(database),
]

/** Whether a schema is staged: the active one is then the pinned copy, the staged one is in the documents. */
export const isPinned = (transaction: Transaction, database: DatabaseId): Eventual<boolean> =>
  andThen(transaction.get(pinKey(database)), (entry) => entry !== undefined)

/** Copies the present schema, to be the active one from now on. */
export async function pinSchema(transaction: Transaction, database: DatabaseId): Promise<void> {
  transaction.put(pinKey(database), NO_BYTES)
  for (const prefix of recordPrefixes(database))
    for (const { key, value, ts } of await scanAll(transaction, prefixRange(prefix)))
      transaction.put(pinnedPrefix(database) + key, Buffer.concat([u64Bytes(ts), value]))
}

export async function unpinSchema(transaction: Transaction, database: DatabaseId): Promise<void> {
  transaction.delete(pinKey(database))
  for (const { key } of await scanAll(transaction, prefixRange(pinnedPrefix(database))))
    transaction.delete(key)
}

/** The records of the active schema that begin with `prefix`: copies if it is pinned, else the records themselves. */
export function activeRecords(
  transaction: Transaction,
  database: DatabaseId,
  prefix: Key,
  pinned: boolean,
): Eventual<Entry[]> {
  if (!pinned) return scanAll(transaction, prefixRange(prefix))
  const before = pinnedPrefix(database)
  return andThen(scanAll(transaction, prefixRange(before + prefix)), (copies) =>
    copies.map(({ key, value }) => ({
      key: key.slice(before.length),
      value: value.subarray(8),
      ts: readU64Bytes(value),
    })),
  )
}

// ---------------------------------------------------------------- builds

/** How far the filling of a physical index has come; its commit tells since when. */
export interface BuildRecord {
  readonly state: BuildState
  /** When the index was defined; undefined before the first step. */
  readonly since: number | undefined
  /** Documents up to this id have their entries. */
  readonly cursor: bigint | undefined
  readonly done: number
}

/** All documents have their entries. */
export const completeBuild = (): Uint8Array =>
  encodeBuild({ state: 'complete', since: undefined, cursor: undefined, done: 0 })

export const encodeBuild = ({ cursor, ...record }: BuildRecord): Uint8Array =>
  Buffer.from(JSON.stringify({ ...record, cursor: cursor?.toString() }), 'utf8')

export function decodeBuild(value: Uint8Array): BuildRecord {
  const record = JSON.parse(Buffer.from(value).toString('utf8')) as Omit<BuildRecord, 'cursor'> & {
    cursor?: string
  }
  return {
    ...record,
    since: record.since,
    cursor: record.cursor === undefined ? undefined : BigInt(record.cursor),
  }
}

/** Builds of a database. Does not make the transaction depend on their progress. */
const readBuildEntries = (transaction: Transaction, database: DatabaseId): Eventual<Entry[]> =>
  scanAll(transaction, prefixRange(buildsPrefix(database)), { at: transaction.snapshotTs })

const nameOfBuild = ({ key }: Entry): string => {
  const { collection, index } = buildOfKey(key)
  return buildName(collection, index)
}

export const readBuildRecords = (
  transaction: Transaction,
  database: DatabaseId,
): Eventual<ReadonlyMap<string, BuildRecord>> =>
  andThen(
    readBuildEntries(transaction, database),
    (entries) => new Map(entries.map((e) => [nameOfBuild(e), decodeBuild(e.value)])),
  )

/** Their states alone. */
export const readBuilds = (transaction: Transaction, database: DatabaseId): Eventual<Builds> =>
  andThen(
    readBuildEntries(transaction, database),
    (entries) =>
      new Map(entries.map((e) => [nameOfBuild(e), { state: decodeBuild(e.value).state, since: e.ts }])),
  )
