import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { encodeValue } from './index-key.ts'
import { idOfKey } from './keys.ts'

/** Id of a system document by one of its indexed fields, as the transaction sees it now. */
export function lookUp(
  host: DatabaseHost,
  collection: Collection,
  field: string,
  text: string,
): Eventual<bigint | undefined> {
  const index = collection.indexes.find((i) => i.terms.length === 1 && i.terms[0]?.path[0] === field)
  if (!index) throw new Error(`no index of ${collection.name} by ${field}`)
  return andThen(
    host.transaction.scan(prefixRange(index.prefix + encodeValue(text, false)), { limit: 1 }),
    ({ entries }) => entries[0] && idOfKey(entries[0].key),
  )
}
