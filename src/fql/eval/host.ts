import type { Eventual } from '#src/lib/eventual.ts'
import type { DocValue, MissingCause } from '#src/fql/values/document.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Context } from './context.ts'

/** What evaluation asks of the data layer. FQL owns this interface; `data/` implements it. */
export interface Host {
  /** A collection or function of the schema by name or alias, as of the start of the transaction. */
  global(name: string): Value | undefined

  /** The transaction's snapshot, microseconds. */
  readonly snapshotTs: number

  /** Whether there is a document that this context may read; undefined when there is. */
  missing(ctx: Context, doc: DocValue): Eventual<MissingCause | undefined>

  /** A stored, native or computed field of a document that is there and readable; undefined: no such field. */
  field(ctx: Context, doc: DocValue, name: string): Eventual<Value | undefined>

  /** All fields as they are listed, `id`/`name` and `coll` first, computed ones among them; or why there are none. */
  contents(ctx: Context, doc: DocValue): Eventual<ReadonlyMap<string, Value> | MissingCause>
}
