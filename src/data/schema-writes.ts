import type { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { SchemaCheck } from '#src/fql/types/schema.ts'

/** What a transaction has done to the schema of its database; completed and checked at its end. */
export class SchemaWrites {
  /** Collections whose documents, and whose definitions, it has written: it may not do both. */
  readonly documents = new Set<number>()
  readonly definitions = new Set<number>()
  /** Names of items that it has created. */
  readonly created = { collection: new Set<string>(), function: new Set<string>() }
  /** The last write of a schema document, and the calls that it was made in. */
  last: { readonly ctx: Context; readonly frames: readonly Span[] } | undefined
  /** Where each collection was last written, by id. */
  readonly places = new Map<number, Span>()
  /** Since this transaction a schema is staged. */
  pinned = false
  /** The source files are as the documents say, and have been checked: a push wrote both. */
  checked: SchemaCheck | undefined
  /** Physical indexes whose filling goes on in the background: `buildName`s. */
  readonly building = new Set<string>()
  /** There is work for the background, once this has committed. */
  hasBackgroundWork = false
}
