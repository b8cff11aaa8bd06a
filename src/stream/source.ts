/** An event source as its reader sees it: which documents belong to it, and what becomes of them (spec/data.md §13.1). */
import { Collection, heldFields } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import { entriesOf } from '#src/data/index-entries.ts'
import { readerFor } from '#src/data/index-maintenance.ts'
import { IndexSet } from '#src/data/index-set.ts'
import { documentKey } from '#src/data/keys.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { type FieldPath, followedSet, recheckEventSource } from '#src/fql/sets/event-source.ts'
import type { MapSet } from '#src/fql/sets/map-set.ts'
import type { SingleSet } from '#src/fql/sets/single-set.ts'
import type { WhereSet } from '#src/fql/sets/where-set.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { EventSourceValue } from '#src/fql/values/set.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Key } from '#src/storage/engine.ts'

export interface Source {
  readonly collection: Collection
  /** Tells sources of the same documents in the same order from others of the collection. */
  readonly identity: string
  /** The only document that belongs to it; undefined: many may. */
  readonly only: bigint | undefined
  /** Where a version of a document stands in the source, in order: nowhere, or at several places of an index. */
  rows(ctx: Context, id: bigint, version: DocumentVersion): Eventual<readonly Key[]>
  /** A change of a document that stays at the same places is none. */
  readonly byRows: boolean
  readonly steps: readonly (WhereSet | MapSet)[]
  readonly watched: readonly FieldPath[] | undefined
  /** Read ops of a look at its changes (spec/protocol.md §7.3). */
  readonly scanCost: number
  /** Read ops of a change, whatever is made of it; undefined: those of the fields that are read. */
  readonly changeCost: number | undefined
  /** Fields that a change tells, which cost nothing. */
  readonly held: ReadonlySet<string>
}

/** Checks the source again, with the rights of its reader; throws what making it would have thrown. */
export function openSource(ctx: Context, host: DatabaseHost, value: EventSourceValue): Eventual<Source> {
  return andThen(recheckEventSource(ctx, value), () => {
    const { base, steps } = followedSet(value.set)
    const common = { steps, watched: value.watched }
    if (base instanceof IndexSet) return { ...ofIndex(base), ...common }
    return andThen(ofDocument(host, (base as SingleSet).element as DocValue), (s) => ({ ...s, ...common }))
  })
}

type Base = Omit<Source, 'steps' | 'watched'>

function ofIndex(set: IndexSet): Base {
  const { collection, range } = set
  const inRange = (key: Key): boolean => key >= range.start && key < range.end
  const index = collection.namedIndexes.get(set.index)?.index
  const rows = index
    ? (ctx: Context, id: bigint, version: DocumentVersion) =>
        andThen(readerFor(ctx, collection, id, version), (read) =>
          read ? entriesOf(index, read, id).filter(inRange).sort() : [],
        )
    : (_ctx: Context, id: bigint) => [documentKey(collection.prefix, id)].filter(inRange)
  return {
    collection,
    identity: `${set.index} ${range.start} ${range.end}`,
    only: undefined,
    rows,
    byRows: index !== undefined,
    scanCost: set.partitions,
    // Entries of the elements of an array do not tell what has become of the document.
    changeCost: index?.values.some(({ mva }) => mva) ? 1 : undefined,
    held: index ? heldFields(index) : new Set(),
  }
}

function ofDocument(host: DatabaseHost, doc: DocValue): Eventual<Base> {
  const { collection } = doc.collection
  if (!(collection instanceof Collection)) throw fail.invalidRequest('the collection has been deleted.')
  return andThen(host.idOf(collection, doc.key, undefined), (id) => ({
    collection,
    identity: `${doc.key}`,
    // No document has this id: one that is found by a name that does not exist.
    only: id ?? -1n,
    rows: () => [''],
    byRows: false,
    scanCost: 1,
    changeCost: 0,
    held: new Set(),
  }))
}
