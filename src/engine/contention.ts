import type { DatabaseHost } from '#src/data/database-host.ts'
import { idOfKey } from '#src/data/keys.ts'
import type { Key } from '#src/storage/engine.ts'

/** Which document others kept writing, as far as the key tells (spec/protocol.md §5.1). */
export function contentionText(host: DatabaseHost | undefined, key: Key | undefined): string {
  const base = 'Transaction was aborted due to detection of concurrent modification'
  if (key?.startsWith('s')) return `${base}s to schema.`
  if (!host || !key?.startsWith('d')) return `${base}.`
  const all = [...host.schema.collections, ...host.schema.system.values()]
  const collection = all.find((c) => key.startsWith(c.prefix))
  return collection ? `${base}s to ${collection.name}(${idOfKey(key)}).` : `${base}.`
}
