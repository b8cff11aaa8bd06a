/** `Collection`: definitions of user collections (spec/data.md §4, spec/schema.md §4.1). */

import * as fail from '#src/fql/errors/catalogue.ts'
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { collectionCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import { ObjectValue } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { DatabaseHost } from '../database-host.ts'
import type { DocumentVersion } from '../document-version.ts'
import { DAY_MICROS } from '../history.ts'
import { counterKey } from '../keys.ts'
import type { NativeDefinition, NativeWrite, WritableVersion } from '../native-collection.ts'
import { anything, flag, object, text } from '../native-fields.ts'
import { numberField, textField } from '../schema-model.ts'
import { collectionFailures, tryDefaults } from './collection-checks.ts'
import { dropShown, ID_FIELD, shownDefinition } from './collection-definition.ts'
import { deletionFailures, protectionFailures } from './collection-protection.ts'
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
    anything('computed_fields'),
    anything('fields'),
    anything('migrations'),
    text('wildcard'),
    anything('history_days'),
    anything('ttl_days'),
    flag('document_ttls'),
    anything('indexes'),
    anything('constraints'),
    object('data'),
  ],
  hasTtl: false,
  uniques: [],
  lookups: [['alias']],
  isSchema: true,
  staticType: collectionCollectionType,
  documentType: systemDocumentType,
  newId: nextCollectionId,
  beforeWrite(write) {
    const { after, before, host, key } = write
    if (host.schemaWrites.documents.has(Number(key))) throw fail.mixedWrite()
    host.schemaWrites.definitions.add(Number(key))
    if (!after) return deletionFailures(write)
    complete(write, after)
    keepFloor(write)
    const operation = {
      verb: before ? 'update' : 'create',
      collection: write.collection,
      key: nameOf(before),
    } as const
    return andThen(collectionFailures(write), (failures) => {
      if (failures.length > 0) return failures
      dropShown(after.fields)
      return andThen(protectionFailures(write), (refused) =>
        refused.length > 0 ? refused : andThen(tryDefaults(write, operation), () => []),
      )
    })
  },
  derived: (host, version) => shownDefinition(host, version.fields, version.internal),
  afterWrite(write) {
    schemaWritten(write, 'collection')
    return renameReferences(write, RESOURCES)
  },
}

const nameOf = (version: DocumentVersion | undefined): string | undefined =>
  version && textField(version.fields, 'name')

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

/** A longer history begins with what is still there: what was out of reach stays so (spec/data.md §9). */
function keepFloor({ before, after, host }: NativeWrite): void {
  if (!before || !after) return
  const days = numberField(before.fields, 'history_days')
  const later = numberField(after.fields, 'history_days')
  if (days === undefined || (later !== undefined && later <= days)) return
  const floor = Math.max(
    numberField(before.internal, 'history_floor') ?? 0,
    host.snapshotTs - days * DAY_MICROS,
  )
  after.internal.set('history_floor', BigInt(floor))
}

/** Settings that are always present (spec/data.md §4); without `history_days` history is kept for ever. */
function complete(
  { key, before, given, replacing }: NativeWrite,
  { fields, internal }: WritableVersion,
): void {
  if ((!before || replacing) && !given.has('history_days')) fields.set('history_days', 0)
  if (!fields.has('indexes')) fields.set('indexes', new ObjectValue(new Map()))
  if (!fields.has('constraints')) fields.set('constraints', [])
  internal.set(ID_FIELD, Number(key))
}
