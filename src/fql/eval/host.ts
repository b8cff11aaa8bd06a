import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { DocValue, MissingCause } from '#src/fql/values/document.ts'
import type { CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import type { ObjectValue, TimeValue, Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'

/** `data`: every key of the argument is user data (`createData`); `document`: `id` and `ttl` mean themselves. */
export type WriteForm = 'document' | 'data'

/** What evaluation asks of the layers below. FQL owns this interface; `data/` implements it. */
export interface Host {
  /** A collection or function of the schema by name or alias, as of the start of the transaction. */
  global(name: string): Value | undefined
  /** What to say of a name that is unknown because it was created by this very query. */
  hintsFor(ctx: Context, kind: 'collection' | 'function', name: string): readonly Diagnostic[]
  /** A system collection (`Token`, `Collection`, …). */
  systemCollection(name: string): Value | undefined

  /** The transaction's snapshot, microseconds. */
  readonly snapshotTs: number
  /** Nanoseconds since 1970, the wall clock. */
  now(): bigint
  /** A new document id: unique, later ones are greater. */
  newId(): bigint

  /** Whether there is a document that this context may read; undefined when there is. */
  missing(ctx: Context, doc: DocValue): Eventual<MissingCause | undefined>
  /** A stored, native or computed field of a document that is there and readable; undefined: no such field. */
  field(ctx: Context, doc: DocValue, name: string): Eventual<Value | undefined>
  /** A stored field, whoever asks; undefined when the document or the field is missing. For access decisions. */
  rawField(doc: DocValue, name: string): Eventual<Value | undefined>
  /** All fields as they are listed, `id`/`name` and `coll` first, computed ones among them; or why there are none. */
  contents(ctx: Context, doc: DocValue): Eventual<ReadonlyMap<string, Value> | MissingCause>

  /** The document just written. All writes check permission and constraints (spec/data.md §2). */
  create(ctx: Context, collection: CollectionHandle, data: ObjectValue, form: WriteForm): Eventual<Value>
  update(ctx: Context, doc: DocValue, data: ObjectValue, form: WriteForm): Eventual<Value>
  replace(ctx: Context, doc: DocValue, data: ObjectValue, form: WriteForm): Eventual<Value>
  /** The document as it is now: gone. */
  delete(ctx: Context, doc: DocValue): Eventual<Value>

  /** `C.all()`, `C.all(range)` */
  all(ctx: Context, collection: ModuleValue, range: Value | undefined): SetValue
  /** The documents of a system collection whose `document` is this one (`Token.byDocument`). */
  byDocument(ctx: Context, collection: CollectionHandle, document: DocValue): SetValue
  /** The credential of a document; id −1 when there is none. */
  credentialOf(ctx: Context, collection: CollectionHandle, document: DocValue): Eventual<Value>

  /** `Credential.verify`: never fails for a wrong password. */
  verifyPassword(ctx: Context, credential: DocValue, password: string): Eventual<boolean>
  /** `Credential.login`: a new Token with its secret. */
  login(ctx: Context, credential: DocValue, password: string, ttl: TimeValue | undefined): Eventual<Value>

  /** `Query.identity()`, `Query.token()`: undefined when there is none. */
  identity(): Value | undefined
  token(): Value | undefined
  /** The effective `typechecked` and `protected` settings of the database. */
  isTypechecked(): Eventual<boolean>
  isProtected(ctx: Context): Eventual<boolean>
}
