import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { DatabaseHost } from './database-host.ts'
import type { DatabaseId } from './keys.ts'

/** The global id that a document keeps, where 64 bits are a signed integer. */
export const storedDatabaseId = (stored: Value): DatabaseId => BigInt.asUintN(64, BigInt(stored as bigint))

/** The global id, as stored, of the database of this name right below the host's; undefined: there is none. */
export function childDatabase(host: DatabaseHost, name: string): Eventual<Value | undefined> {
  const databases = host.schema.native('Database')
  return andThen(host.idOf(databases, name, undefined), (id) =>
    id === undefined
      ? undefined
      : andThen(host.version(databases, id, undefined), (v) => v?.internal.get('global_id')),
  )
}
