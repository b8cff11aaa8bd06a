import type { Context } from '#src/fql/eval/context.ts'
import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import type { TimeValue, Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Collection, Path } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import type { DocumentVersion } from './document-version.ts'

/** A field of a system collection. */
export interface NativeField {
  readonly name: string
  /** As constraint failures name it: `String`, `Time | Null`, `{ *: Any }`. */
  readonly type: string
  readonly required?: boolean
  /** Writing it fails; its value is made by the collection. */
  readonly readonly?: boolean
  accepts(v: Value): boolean
}

/** A write as hooks see it: before is undefined for create, after for delete. */
export interface NativeWrite {
  readonly ctx: Context
  readonly host: DatabaseHost
  readonly collection: Collection
  readonly key: bigint
  readonly before: DocumentVersion | undefined
  readonly after: WritableVersion | undefined
  /** What the query gave, before it was merged. */
  readonly given: ReadonlyMap<string, Value>
  readonly replacing: boolean
}

/** A version about to be written; hooks may change it. */
export interface WritableVersion {
  ttl: TimeValue | undefined
  readonly fields: Map<string, Value>
  readonly internal: Map<string, Value>
}

/** A failure of a constraint at a path. */
export interface Failure {
  readonly path: Path
  readonly message: string
}

/** A system collection: the same writes, sets and methods as a user's, with fields and hooks declared here. */
export interface NativeDefinition {
  readonly id: number
  readonly name: string
  readonly alias?: string
  /** Found by name instead of by id. */
  readonly named: boolean
  readonly fields: readonly NativeField[]
  /** `ttl` may be set. */
  readonly hasTtl: boolean
  /** Paths of unique constraints, beside that of the name. */
  readonly uniques: readonly (readonly string[])[]
  /** Paths of other lookups. */
  readonly lookups: readonly (readonly string[])[]
  /** Writing it changes the schema of the database. */
  readonly isSchema: boolean
  readonly staticType: TypeDefinition
  readonly documentType: TypeDefinition
  /** Ids of its documents, where they are not ordinary new ids. */
  newId?(host: DatabaseHost): Eventual<bigint>
  /** Checks and completes a write, after the fields' types are known to be right. May change `after`. */
  beforeWrite?(write: NativeWrite): Eventual<readonly Failure[]>
  /** What a read shows beyond the stored fields. */
  derived?(host: DatabaseHost, version: DocumentVersion): Eventual<ReadonlyMap<string, Value>>
  /** After the entries are written; checks put off to the end of the query go to `host.defer`. */
  afterWrite?(write: NativeWrite): Eventual<void>
  /** Extra fields of the value that `create` returns, such as the secret. */
  onCreated?(write: NativeWrite): Eventual<ReadonlyMap<string, Value>>
}
