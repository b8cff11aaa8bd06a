import type { Collection } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { idOfKey } from '#src/data/keys.ts'
import type { Key, StorageEngine } from '#src/storage/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'

/** Their documents are the schema. */
const SCHEMA: ReadonlySet<string> = new Set(['Collection', 'Function', 'Role', 'AccessProvider'])
/** The schema's version, files, counters, builds and pinned copies (data/keys.ts). */
const SCHEMA_KEYS = /^[sfnbpq]/
const BASE = 'Transaction was aborted due to detection of concurrent modification'

/** Which document others kept writing, as far as the key tells (spec/protocol.md §5.1). */
export async function contentionText(
  storage: StorageEngine,
  host: DatabaseHost | undefined,
  key: Key | undefined,
): Promise<string> {
  if (key !== undefined && SCHEMA_KEYS.test(key)) return `${BASE}s to schema.`
  if (!host || !key?.startsWith('d')) return `${BASE}.`
  const all = [...host.schema.collections, ...host.schema.system.values()]
  const collection = all.find((c) => key.startsWith(c.prefix))
  if (!collection) return `${BASE}.`
  if (!collection.user && SCHEMA.has(collection.name)) return `${BASE}s to schema.`
  return `${BASE}s to ${await referenceText(storage, host, collection, key)}.`
}

/** `Coll(1)`, `Database.byName("d")` */
async function referenceText(
  storage: StorageEngine,
  host: DatabaseHost,
  collection: Collection,
  key: Key,
): Promise<string> {
  const name = collection.named ? await nameOf(storage, host, key) : undefined
  return name === undefined
    ? `${collection.name}(${idOfKey(key)})`
    : `${collection.name}.byName(${JSON.stringify(name)})`
}

async function nameOf(storage: StorageEngine, host: DatabaseHost, key: Key): Promise<string | undefined> {
  const { value: entry } = await runTransaction(storage, (tx) => tx.get(key))
  const name = entry && DocumentVersion.decode(entry, host.schema.resolve).fields.get('name')
  return typeof name === 'string' ? name : undefined
}
