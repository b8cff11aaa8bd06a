import { schemaKey } from '../keys.ts'
import type { NativeWrite } from '../native-collection.ts'
import { finishSchemaUpdate } from '../schema-update.ts'

const NO_BYTES = new Uint8Array(0)

/** Marks the schema as changed: its version is the commit time of this key. */
export function schemaWritten({ host, before, after }: NativeWrite, kind?: 'collection' | 'function'): void {
  // Put off twice, so that it comes after the checks of the single documents.
  if (!host.schemaChanged) host.defer(() => host.defer(() => finishSchemaUpdate(host)))
  host.schemaChanged = true
  host.transaction.put(schemaKey(host.schema.database), NO_BYTES)
  const name = after?.fields.get('name')
  if (kind && !before && typeof name === 'string') host.created[kind].add(name)
}
