import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { DocumentVersion } from './document-version.ts'
import { idOfKey } from './keys.ts'
import { eachChunk } from './scan-all.ts'

export type IdentifiedVersion = readonly [bigint, DocumentVersion]

/** Every document of a collection as the transaction sees it now, by id; for the few of system collections. */
export function readDocuments(host: DatabaseHost, collection: Collection): Eventual<IdentifiedVersion[]> {
  const out: IdentifiedVersion[] = []
  const take = (entries: readonly Entry[]): void => {
    for (const e of entries) {
      const version = DocumentVersion.decode(e, host.schema.resolve)
      if (!version.isExpired(host.snapshotTs)) out.push([idOfKey(e.key), version])
    }
  }
  return andThen(eachChunk(host.transaction, prefixRange(collection.prefix), take), () => out)
}
