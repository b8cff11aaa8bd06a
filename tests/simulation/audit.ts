/** Looks through a whole store, past all caches: indexes must hold what the documents say, no more and no less. */
import { ROOT } from '#src/access/roles/built-in.ts'
import type { Collection, IndexInfo } from '#src/data/collection.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { entriesOf, type FieldReader } from '#src/data/index-entries.ts'
import { readerFor } from '#src/data/index-maintenance.ts'
import { idOfKey, ROOT_DATABASE } from '#src/data/keys.ts'
import type { Services } from '#src/data/services.ts'
import { Schemas } from '#src/engine/schemas.ts'
import { Context } from '#src/fql/eval/context.ts'
import type { Entry, Key, KeyRange, StorageEngine } from '#src/storage/engine.ts'
import { readU64 } from '#src/storage/keys/fixed.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

/** What is wrong, in words. */
export async function auditStore(storage: StorageEngine): Promise<string[]> {
  const { value } = await runTransaction(storage, async (tx) => {
    const children = await scan(tx, prefixRange('g'))
    const problems: string[] = []
    for (const database of [ROOT_DATABASE, ...children.map((e) => readU64(e.key, 1))])
      problems.push(...(await auditDatabase(tx, database)))
    return problems
  })
  return value
}

async function scan(tx: Transaction, range: KeyRange): Promise<Entry[]> {
  const out: Entry[] = []
  for (let left = range; ; ) {
    const { entries, done } = await tx.scan(left, { limit: 1000 })
    out.push(...entries)
    const last = entries.at(-1)
    if (done || !last) return out
    left = rest(left, last.key, false)
  }
}

async function auditDatabase(tx: Transaction, database: bigint): Promise<string[]> {
  const schema = await new Schemas().load(tx, database)
  const host = new DatabaseHost(schema, tx, NO_SERVICES)
  const problems: string[] = []
  for (const collection of [...schema.system.values(), ...schema.collections])
    problems.push(...(await auditCollection(tx, host, collection)))
  return problems
}

/** None is needed to compute what is in an index. */
const NO_SERVICES = {} as Services

async function auditCollection(
  tx: Transaction,
  host: DatabaseHost,
  collection: Collection,
): Promise<string[]> {
  const documents = await scan(tx, prefixRange(collection.prefix))
  const ctx = new Context(host, ROOT)
  const readers: { id: bigint; read: FieldReader; live: boolean }[] = []
  for (const e of documents) {
    const version = DocumentVersion.decode(e, host.schema.resolve)
    const read = await readerFor(ctx, collection, idOfKey(e.key), version)
    if (read) readers.push({ id: idOfKey(e.key), read, live: !version.isExpired(tx.snapshotTs) })
  }
  const problems: string[] = []
  for (const index of collection.indexes) {
    const name = `${collection.name} index ${index.id}`
    const expected = new Set(readers.flatMap(({ id, read }) => entriesOf(index, read, id)))
    const stored = new Set((await scan(tx, prefixRange(index.prefix))).map((e) => e.key))
    for (const key of expected) if (!stored.has(key)) problems.push(`${name} lacks ${idOfKey(key)}`)
    for (const key of stored) if (!expected.has(key)) problems.push(`${name} has ${idOfKey(key)} too much`)
  }
  const live = readers.filter((r) => r.live)
  for (const { index } of collection.uniques) problems.push(...duplicates(collection, index, live))
  return problems
}

function duplicates(
  collection: Collection,
  index: IndexInfo,
  live: readonly { readonly id: bigint; readonly read: FieldReader }[],
): string[] {
  const owners = new Map<Key, bigint>()
  const problems: string[] = []
  for (const { id, read } of live) {
    for (const key of entriesOf(index, read, id).map((k) => k.slice(0, -8))) {
      const other = owners.get(key)
      if (other !== undefined) problems.push(`${collection.name}: ${other} and ${id} are not unique`)
      owners.set(key, id)
    }
  }
  return problems
}
