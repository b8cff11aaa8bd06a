import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry, KeyRange } from '#src/storage/engine.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import type { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { DocumentVersion } from './document-version.ts'
import { idOfKey } from './keys.ts'

const CHUNK = 256

export type IdentifiedVersion = readonly [bigint, DocumentVersion]

/** Every document of a collection as the transaction sees it now, by id; for the few of system collections. */
export function readDocuments(host: DatabaseHost, collection: Collection): Eventual<IdentifiedVersion[]> {
  const out: IdentifiedVersion[] = []
  const step = (range: KeyRange): Eventual<IdentifiedVersion[]> =>
    andThen(host.transaction.scan(range, { limit: CHUNK }), ({ entries, done }) => {
      for (const e of entries) {
        const version = DocumentVersion.decode(e, host.schema.resolve)
        if (!version.isExpired(host.snapshotTs)) out.push([idOfKey(e.key), version])
      }
      const last: Entry | undefined = entries.at(-1)
      return done || !last ? out : step(rest(range, last.key, false))
    })
  return step(prefixRange(collection.prefix))
}
