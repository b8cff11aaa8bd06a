import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { DocKey, MissingCause } from '#src/fql/values/document.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Collection } from './collection.ts'
import type { DocumentVersion } from './document-version.ts'

/** A version that may be read, or why there is none. */
export type Found = DocumentVersion | MissingCause

type OfCollection = Map<DocKey, Eventual<Found>>

/** What has been decided of reads in one state of a transaction, for each set of rights: a document is asked once. */
export class DecidedReads {
  private readonly byRights = new Map<AccessPermissions, Map<Collection, OfCollection>>()

  /** The decision, made by `decide` when there is none yet. `time` tells reads of other times apart. */
  find(
    rights: AccessPermissions,
    collection: Collection,
    key: DocKey,
    time: string | undefined,
    decide: () => Eventual<Found>,
  ): Eventual<Found> {
    const known = this.of(rights, collection)
    const at = time === undefined ? key : `${key}@${time}`
    const before = known.get(at)
    if (before !== undefined) return before
    const found = decide()
    known.set(at, found)
    if (!(found instanceof Promise)) return found
    return found.then((f) => {
      known.set(at, f)
      return f
    })
  }

  private of(rights: AccessPermissions, collection: Collection): OfCollection {
    let collections = this.byRights.get(rights)
    if (!collections) {
      collections = new Map()
      this.byRights.set(rights, collections)
    }
    let known = collections.get(collection)
    if (!known) {
      known = new Map()
      collections.set(collection, known)
    }
    return known
  }
}
