import type { Coverage } from '#src/fql/eval/hints.ts'
import type { ModuleValue } from './module.ts'
import type { Value } from './value.ts'

/** Identity of a document inside its collection: an id, or the name of a schema document. */
export type DocKey = bigint | string

/** What a written document carries with it when it needs no read: the fields at that moment. */
export interface DocContents {
  /** All visible fields in their listed order, without `id`/`name` and `coll`. */
  readonly fields: ReadonlyMap<string, Value>
}

/** How a reference that has no readable document behind it came to be so; texts of the tagged `cause`. */
export type MissingCause = 'not found' | 'deleted' | 'permission denied' | 'collection deleted'

/**
 * A document, a reference to one, or to one that is missing: only an identity and a read time (spec/language.md §2.1).
 * It is read when a field is needed.
 */
export class DocValue {
  readonly kind = 'doc'
  readonly collection: ModuleValue
  readonly key: DocKey
  /** Read as of this time (microseconds); undefined: the state the transaction sees. */
  readonly at: number | undefined
  /** Set on results of `Token.create`, `login`, `Key.create`: read instead of the store. */
  readonly contents: DocContents | undefined
  /** Set on results of `delete()` and on references that are known not to exist. */
  readonly missing: MissingCause | undefined
  /** The index it came out of, when performance hints are wanted. */
  readonly coverage: Coverage | undefined
  constructor(
    collection: ModuleValue,
    key: DocKey,
    at?: number,
    contents?: DocContents,
    missing?: MissingCause,
    coverage?: Coverage,
  ) {
    this.collection = collection
    this.key = key
    this.at = at
    this.contents = contents
    this.missing = missing
    this.coverage = coverage
  }
}

export const isNamed = (doc: DocValue): doc is DocValue & { key: string } => typeof doc.key === 'string'

/**
 * `C.definition`, `f.definition`. Unlike the same document found by name it can be stored in a field: a quirk of the
 * reference (ext/repo/src/main/scala/values/IRValueConversion.scala) that applications may lean on.
 */
export class DefinitionValue extends DocValue {}
