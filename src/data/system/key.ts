/** `Key` (spec/secrets.md §3). */
import type { MintedSecret } from '#src/access/secrets/mint.ts'
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { keyCollectionType } from '#src/fql/stdlib/key.ts'
import { BytesValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { childDatabase } from '../child-database.ts'
import type { DatabaseHost } from '../database-host.ts'
import { keyOwnerKey, NO_BYTES } from '../keys.ts'
import type { Failure, NativeDefinition, NativeWrite } from '../native-collection.ts'
import { object, text } from '../native-fields.ts'
import { noteWrite } from '../security-event.ts'
import { SYSTEM_IDS } from './ids.ts'
import { requireRoleLater } from './references.ts'

const minted = new WeakMap<object, MintedSecret>()

export const keyCollection: NativeDefinition = {
  id: SYSTEM_IDS.Key,
  name: 'Key',
  named: false,
  fields: [
    text('role', { required: true }),
    text('database'),
    text('secret', { readonly: true }),
    object('data'),
  ],
  hasTtl: true,
  uniques: [],
  lookups: [],
  isSchema: false,
  staticType: keyCollectionType,
  documentType: systemDocumentType,
  beforeWrite(write) {
    if (!write.after) return []
    if (!write.before) mint(write)
    requireRoleLater(write)
    return resolveDatabase(write)
  },
  afterWrite(write) {
    const { host, key, before, after } = write
    noteWrite('key', write)
    const owner = keyOwnerKey(key, host.schema.database)
    if (!before) host.transaction.put(owner, NO_BYTES)
    if (!after) host.transaction.delete(owner)
  },
  derived: (host, version) => databaseName(host, version.internal),
  onCreated(write) {
    const secret = minted.get(write.given)
    return andThen(databaseName(write.host, write.after?.internal ?? new Map()), (derived) => {
      const shown = new Map(derived)
      if (secret) shown.set('secret', secret.secret.reveal())
      return shown
    })
  },
}

function mint(write: NativeWrite): void {
  const secret = write.host.services.secrets.key(write.key)
  write.after?.internal.set('hashed_secret', new BytesValue(secret.hash))
  minted.set(write.given, secret)
}

/** The child database is kept by its global id, so that the key follows a renaming. */
function resolveDatabase(write: NativeWrite): Eventual<Failure[]> {
  const { after, host } = write
  const name = after?.fields.get('database')
  after?.fields.delete('database')
  if (write.replacing) after?.internal.delete('database')
  if (write.given.has('database') && name === undefined) after?.internal.delete('database')
  if (typeof name !== 'string') return []
  return andThen(childDatabase(host, name), (globalId) => {
    if (globalId === undefined)
      return [{ path: ['database'], message: `Field refers to an unknown database name \`${name}\`.` }]
    after?.internal.set('database', globalId)
    return []
  })
}

function databaseName(
  host: DatabaseHost,
  internal: ReadonlyMap<string, Value>,
): Eventual<ReadonlyMap<string, Value>> {
  const globalId = internal.get('database')
  if (globalId === undefined) return new Map()
  return andThen(
    host.services.databases.nameOf(host.transaction, BigInt(globalId as bigint)),
    (name) => new Map<string, Value>(name === undefined ? [] : [['database', name]]),
  )
}
