import { DatabaseSchema, DELETED, type SchemaDocuments } from '#src/data/database-schema.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { type DatabaseId, documentPrefix, idOfKey, schemaKey } from '#src/data/keys.ts'
import { SYSTEM_IDS } from '#src/data/system/ids.ts'
import { SYSTEM_COLLECTIONS } from '#src/data/system/index.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry, KeyRange } from '#src/storage/engine.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

/** Databases whose compiled schema is kept; the least recently used goes. */
const MAX_SCHEMAS = 500
const CHUNK = 256

type Documents = (readonly [bigint, DocumentVersion])[]

/** Compiled schemas by database, each for the version that the store says is current. */
export class Schemas {
  private readonly cached = new Map<DatabaseId, DatabaseSchema>()

  /** The schema at the transaction's snapshot. The transaction then depends on it. */
  load(transaction: Transaction, database: DatabaseId): Eventual<DatabaseSchema> {
    return andThen(transaction.get(schemaKey(database)), (entry) => {
      const version = entry?.ts ?? 0
      const known = this.cached.get(database)
      if (known?.version === version) return this.keep(known)
      return andThen(readDocuments(transaction, database), (documents) =>
        this.keep(new DatabaseSchema(database, version, SYSTEM_COLLECTIONS, documents)),
      )
    })
  }

  private keep(schema: DatabaseSchema): DatabaseSchema {
    this.cached.delete(schema.database)
    this.cached.set(schema.database, schema)
    if (this.cached.size > MAX_SCHEMAS) this.cached.delete(this.cached.keys().next().value as DatabaseId)
    return schema
  }
}

function readDocuments(transaction: Transaction, database: DatabaseId): Eventual<SchemaDocuments> {
  const read = (id: number) => readAll(transaction, prefixRange(documentPrefix(database, id)), [])
  return andThen(read(SYSTEM_IDS.Collection), (collections) =>
    andThen(read(SYSTEM_IDS.Function), (functions) =>
      andThen(read(SYSTEM_IDS.Role), (roles) =>
        andThen(read(SYSTEM_IDS.AccessProvider), (accessProviders) => ({
          collections,
          functions,
          roles,
          accessProviders,
        })),
      ),
    ),
  )
}

function readAll(transaction: Transaction, range: KeyRange, out: Documents): Eventual<Documents> {
  return andThen(transaction.scan(range, { limit: CHUNK }), ({ entries, done }) => {
    for (const e of entries) out.push([idOfKey(e.key), DocumentVersion.decode(e, () => DELETED)])
    const last: Entry | undefined = entries.at(-1)
    return done || !last ? out : readAll(transaction, rest(range, last.key, false), out)
  })
}
