/** `Database`: child databases (spec/data.md §11). */

import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { DELETED, databaseCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'
import type { Entry } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import { storedDatabaseId } from '../child-database.ts'
import type { DatabaseHost } from '../database-host.ts'
import { DocumentVersion } from '../document-version.ts'
import {
  type DatabaseId,
  databaseKey,
  databasePrefixes,
  documentPrefix,
  garbageKey,
  NO_BYTES,
} from '../keys.ts'
import type { NativeDefinition, NativeWrite } from '../native-collection.ts'
import { flag, long, object, text } from '../native-fields.ts'
import { scanAll } from '../scan-all.ts'
import { encodeVersion } from '../value-codec.ts'
import { SYSTEM_IDS } from './ids.ts'
import { invalidName } from './names.ts'

export const databaseCollection: NativeDefinition = {
  id: SYSTEM_IDS.Database,
  name: 'Database',
  named: true,
  fields: [
    text('name', { required: true }),
    text('global_id', { readonly: true }),
    flag('typechecked'),
    flag('protected'),
    long('priority'),
    object('data'),
  ],
  hasTtl: false,
  uniques: [],
  lookups: [],
  isSchema: false,
  staticType: databaseCollectionType,
  documentType: systemDocumentType,
  beforeWrite({ host, before, after }) {
    if (!after) return []
    if (!before) after.internal.set('global_id', host.services.secrets.globalId())
    const name = after.fields.get('name')
    return before?.fields.get('name') === name ? [] : invalidName(name)
  },
  derived: (_host, version) => globalId(version),
  afterWrite: register,
}

const globalId = (version: DocumentVersion): ReadonlyMap<string, Value> => {
  const id = version.internal.get('global_id')
  return new Map(id === undefined ? [] : [['global_id', encodeGlobalId(storedDatabaseId(id))]])
}

/** Where a database is: its parent and its document there. Without this record its secrets are not secrets any more. */
function register({ host, key, before, after }: NativeWrite): Eventual<void> {
  const id = (after ?? before)?.internal.get('global_id') as Value
  const place = databaseKey(storedDatabaseId(id))
  if (!after) {
    host.transaction.delete(place)
    return andThen(discardContents(host, storedDatabaseId(id)), () =>
      // Keys of this database that open the deleted one go with it.
      host.services.databases.deleteKeysOf(host, id),
    )
  }
  if (before) return undefined
  const parts = new Map<string, Value>([
    ['parent', BigInt.asIntN(64, host.schema.database)],
    ['document', key],
  ])
  host.transaction.put(place, encodeVersion({ ttl: undefined, fields: parts, internal: new Map() }))
}

/** What the deleted database and its descendants hold goes in the background: nothing leads there any more. */
function discardContents(host: DatabaseHost, database: DatabaseId): Eventual<void> {
  const { transaction, schemaWrites } = host
  for (const prefix of databasePrefixes(database)) transaction.put(garbageKey(prefix), NO_BYTES)
  schemaWrites.hasBackgroundWork = true
  const children = prefixRange(documentPrefix(database, SYSTEM_IDS.Database))
  return andThen(scanAll(transaction, children), (entries) =>
    eachIndex(entries.length, (i) => {
      const child = DocumentVersion.decode(entries[i] as Entry, () => DELETED)
      const id = storedDatabaseId(child.internal.get('global_id') as Value)
      transaction.delete(databaseKey(id))
      return discardContents(host, id)
    }),
  )
}
