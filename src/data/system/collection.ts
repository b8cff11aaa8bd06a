/** `Collection`: definitions of user collections (spec/data.md §4, spec/schema.md §4.1). */

import * as fail from '#src/fql/errors/catalogue.ts'
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { collectionCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { DatabaseHost } from '../database-host.ts'
import { buildIndexes } from '../index-build.ts'
import { counterKey } from '../keys.ts'
import type { NativeDefinition, NativeWrite } from '../native-collection.ts'
import { anything, flag, number, object, text } from '../native-fields.ts'
import { type Backing, backingsOf, backingValue, numberField, wantedIndexes } from '../schema-model.ts'
import { collectionFailures } from './collection-checks.ts'
import { FIRST_USER_COLLECTION, SYSTEM_IDS } from './ids.ts'
import { type Reference, renameReferences } from './references.ts'
import { schemaWritten } from './schema-written.ts'

/** Where roles name collections. */
const RESOURCES: readonly Reference[] = [
  { collection: 'Role', path: ['privileges', 'resource'] },
  { collection: 'Role', path: ['membership', 'resource'] },
]

export const collectionCollection: NativeDefinition = {
  id: SYSTEM_IDS.Collection,
  name: 'Collection',
  named: true,
  fields: [
    text('name', { required: true }),
    text('alias'),
    object('computed_fields'),
    object('fields'),
    anything('migrations'),
    text('wildcard'),
    number('history_days'),
    number('ttl_days'),
    flag('document_ttls'),
    object('indexes'),
    anything('constraints'),
    object('data'),
  ],
  hasTtl: false,
  uniques: [],
  lookups: [],
  isSchema: true,
  staticType: collectionCollectionType,
  documentType: systemDocumentType,
  newId: nextCollectionId,
  beforeWrite(write) {
    const { after, host, key } = write
    if (host.written.documents.has(Number(key))) throw fail.mixedWrite()
    host.written.definitions.add(Number(key))
    if (!after) return []
    complete(after.fields)
    const failures = collectionFailures(write)
    if (failures.length > 0) return failures
    assignBackings(write)
    return []
  },
  afterWrite(write) {
    schemaWritten(write, 'collection')
    return andThen(renameReferences(write, RESOURCES), () => (write.after ? buildIndexes(write) : undefined))
  },
}

/** Small numbers, one after the other: they are part of every key. */
function nextCollectionId(host: DatabaseHost): Eventual<bigint> {
  const key = counterKey(host.schema.database)
  return andThen(host.transaction.get(key), (entry) => {
    const id = entry ? Buffer.from(entry.value).readUInt32BE(0) : FIRST_USER_COLLECTION
    const next = Buffer.alloc(4)
    next.writeUInt32BE(id + 1)
    host.transaction.put(key, next)
    return BigInt(id)
  })
}

/** Settings that are always present (spec/data.md §4). */
function complete(fields: Map<string, Value>): void {
  if (!fields.has('history_days')) fields.set('history_days', 0)
  if (!fields.has('indexes')) fields.set('indexes', new ObjectValue(new Map()))
  if (!fields.has('constraints')) fields.set('constraints', [])
}

/** Gives a number to every physical index that is new; keeps those that are still wanted. */
function assignBackings({ after }: NativeWrite): void {
  if (!after) return
  const known = new Map(backingsOf(after.internal).map((b) => [b.key, b]))
  let next = numberField(after.internal, 'next_index') ?? 1
  const backings: Backing[] = []
  for (const key of wantedIndexes(after.fields).keys())
    backings.push(known.get(key) ?? { key, id: next++, complete: false })
  after.internal.set('next_index', next)
  after.internal.set('backing', backings.map(backingValue))
}
