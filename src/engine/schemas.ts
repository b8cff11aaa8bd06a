import { DatabaseSchema, type SchemaDocuments } from '#src/data/database-schema.ts'
import { DocumentCache } from '#src/data/document-cache.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { type DatabaseId, documentPrefix, idOfKey } from '#src/data/keys.ts'
import { activeRecords, isPinned, readBuilds, readStamp, type SchemaStamp } from '#src/data/schema-state.ts'
import { SYSTEM_IDS } from '#src/data/system/ids.ts'
import { SYSTEM_COLLECTIONS } from '#src/data/system/index.ts'
import type { CollectionResolver } from '#src/data/value-codec.ts'
import { DELETED } from '#src/fql/stdlib/schema-collections.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

/** Databases whose compiled schema is kept; the least recently used goes. */
const MAX_SCHEMAS = 500

/** Compiled schemas by database, each for the version that the store says is current. */
export class Schemas {
  private readonly cached = new Map<DatabaseId, DatabaseSchema>()
  private readonly documents = new DocumentCache()
  /** Used last: it need not be marked as that again. */
  private last: DatabaseSchema | undefined

  /** The schema that is active at the transaction's snapshot. The transaction then depends on it. */
  load(transaction: Transaction, database: DatabaseId): Eventual<DatabaseSchema> {
    return andThen(readStamp(transaction, database), (stamp) => {
      const known = this.cached.get(database)
      if (known?.state.stamp === stamp.stamp) return this.keep(known)
      return andThen(readSchema(transaction, database, stamp, this.documents), (schema) => this.keep(schema))
    })
  }

  private keep(schema: DatabaseSchema): DatabaseSchema {
    if (schema === this.last) return schema
    this.last = schema
    this.cached.delete(schema.database)
    this.cached.set(schema.database, schema)
    if (this.cached.size > MAX_SCHEMAS) this.cached.delete(this.cached.keys().next().value as DatabaseId)
    return schema
  }
}

function readSchema(
  transaction: Transaction,
  database: DatabaseId,
  { stamp, version }: SchemaStamp,
  cache: DocumentCache,
): Eventual<DatabaseSchema> {
  return andThen(isPinned(transaction, database), (pinned) =>
    andThen(readSchemaDocuments(transaction, database, pinned), (documents) =>
      andThen(readBuilds(transaction, database), (builds) =>
        andThen(pinned ? readSchemaDocuments(transaction, database, false) : undefined, (staged) => {
          const state = { stamp, builds, staged: staged?.collections }
          return new DatabaseSchema(database, version, SYSTEM_COLLECTIONS, documents, state, cache)
        }),
      ),
    ),
  )
}

/** The documents of the active schema, or, not `pinned`, those that are stored: the staged ones while one is staged. */
export function readSchemaDocuments(
  transaction: Transaction,
  database: DatabaseId,
  pinned: boolean,
  resolve: CollectionResolver = () => DELETED,
): Eventual<SchemaDocuments> {
  const read = (id: number) =>
    andThen(activeRecords(transaction, database, documentPrefix(database, id), pinned), (entries) =>
      entries.map((e) => [idOfKey(e.key), DocumentVersion.decode(e, resolve)] as const),
    )
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
