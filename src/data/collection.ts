import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import type { LambdaValue } from '#src/fql/values/function.ts'
import { type CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { DocumentShape } from '#src/schema/enforce/document-shape.ts'
import type { Key } from '#src/storage/engine.ts'
import type { DatabaseId } from './keys.ts'
import { documentPrefix, indexPrefix } from './keys.ts'
import type { NativeDefinition } from './native-collection.ts'

/** A path to a value inside a document: names and positions. */
export type Path = readonly (string | number)[]

/** One term or value of an index. */
export interface IndexPart {
  readonly path: Path
  /** Each element of an array is an entry of its own. */
  readonly mva: boolean
  readonly descending: boolean
}

/** A physical index. */
export interface IndexInfo {
  readonly id: number
  readonly terms: readonly IndexPart[]
  readonly values: readonly IndexPart[]
  readonly prefix: Key
}

/** What users call: `C.byEmail(…)`. */
export interface NamedIndex {
  readonly name: string
  readonly index: IndexInfo
  readonly queryable: boolean
  /** Microseconds: since then it has all entries; 0: always. */
  readonly since: number
}

export interface UniqueConstraint {
  readonly index: IndexInfo
  /** As failures name its terms. */
  readonly paths: readonly Path[]
}

export interface ComputedFieldInfo {
  readonly name: string
  readonly body: LambdaValue
}

export interface CheckInfo {
  readonly name: string
  readonly body: LambdaValue
}

/** Indexes of a staged schema: kept up to date while the active one is in force (spec/schema.md §17.1). */
export interface StagedIndexes {
  /** The staged definition with those indexes that the active one does not have. */
  readonly collection: Collection
  /** Fields of a document as they will be when the schema is committed. */
  readonly migrate: ((fields: ReadonlyMap<string, Value>) => ReadonlyMap<string, Value>) | undefined
}

export interface CollectionParts {
  readonly id: number
  readonly name: string
  readonly alias: string | undefined
  readonly user: boolean
  readonly named: boolean
  readonly native: NativeDefinition | undefined
  readonly database: DatabaseId
  /** Of the collection object that shows under this name. */
  readonly moduleType: (collection: Collection, name: string) => TypeDefinition
  readonly documentType: TypeDefinition
  readonly indexes: readonly IndexInfo[]
  readonly namedIndexes: readonly NamedIndex[]
  readonly uniques: readonly UniqueConstraint[]
  readonly computed: readonly ComputedFieldInfo[]
  readonly checks: readonly CheckInfo[]
  /** What its documents may hold; undefined for system collections. */
  readonly shape: DocumentShape | undefined
  /** Declared fields in the order in which they are listed. */
  readonly declared: readonly string[]
  readonly ttlDays: number | undefined
  readonly historyDays: number | undefined
  /** Microseconds: history before this was out of reach once and does not come back. */
  readonly historyFloor: number
  /** Brings a stored version to the present shape of the schema. */
  readonly migrate:
    | ((fields: ReadonlyMap<string, Value>, ts: number) => ReadonlyMap<string, Value>)
    | undefined
  readonly staged: StagedIndexes | undefined
}

/** A collection as one version of a database's schema has it. */
export class Collection implements CollectionHandle {
  readonly id: number
  readonly name: string
  readonly alias: string | undefined
  readonly user: boolean
  readonly named: boolean
  readonly native: NativeDefinition | undefined
  readonly database: DatabaseId
  readonly documentType: TypeDefinition
  readonly indexes: readonly IndexInfo[]
  readonly namedIndexes: ReadonlyMap<string, NamedIndex>
  readonly uniques: readonly UniqueConstraint[]
  readonly computed: ReadonlyMap<string, ComputedFieldInfo>
  readonly checks: readonly CheckInfo[]
  /** What its documents may hold; undefined for system collections. */
  readonly shape: DocumentShape | undefined
  /** Declared fields in the order in which they are listed. */
  readonly declared: readonly string[]
  readonly ttlDays: number | undefined
  readonly historyDays: number | undefined
  /** Microseconds: history before this was out of reach once and does not come back. */
  readonly historyFloor: number
  readonly migrate: CollectionParts['migrate']
  readonly staged: StagedIndexes | undefined
  readonly prefix: Key
  /** The collection object under its name, which all its documents show. */
  readonly module: ModuleValue

  private readonly parts: CollectionParts

  constructor(parts: CollectionParts) {
    this.parts = parts
    this.id = parts.id
    this.name = parts.name
    this.alias = parts.alias
    this.user = parts.user
    this.named = parts.named
    this.native = parts.native
    this.database = parts.database
    this.documentType = parts.documentType
    this.indexes = parts.indexes
    this.namedIndexes = new Map(parts.namedIndexes.map((i) => [i.name, i]))
    this.uniques = parts.uniques
    this.computed = new Map(parts.computed.map((f) => [f.name, f]))
    this.checks = parts.checks
    this.shape = parts.shape
    this.declared = parts.declared
    this.ttlDays = parts.ttlDays
    this.historyDays = parts.historyDays
    this.historyFloor = parts.historyFloor
    this.migrate = parts.migrate
    this.staged = parts.staged
    this.prefix = documentPrefix(parts.database, parts.id)
    this.module = this.moduleNamed(parts.name)
  }

  /** The collection object as its name or alias names it: it shows under the name by which it was reached. */
  moduleNamed(name: string): ModuleValue {
    return new ModuleValue(name, this.parts.moduleType(this, name), this)
  }

  /** The same with only these physical indexes, and no unique constraints. */
  withIndexes(indexes: readonly IndexInfo[]): Collection {
    return new Collection({ ...this.parts, indexes, namedIndexes: [], uniques: [] })
  }
}

/** Fields whose values, or parts of them, stand in the entries of an index: not arrays of which each element has one. */
export const heldFields = ({ terms, values }: IndexInfo): ReadonlySet<string> =>
  new Set(
    [...terms, ...values].flatMap(({ path, mva }) => (mva || !path.every(isName) ? [] : [path[0] as string])),
  )

export const isName = (step: string | number): step is string => typeof step === 'string'

export const makeIndex = (
  database: DatabaseId,
  collection: number,
  id: number,
  terms: readonly IndexPart[],
  values: readonly IndexPart[] = [],
): IndexInfo => ({ id, terms, values, prefix: indexPrefix(database, collection, id) })
