import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'

/** The collection behind a collection object. The data layer's own class implements it; FQL knows only this. */
export interface CollectionHandle {
  /** Unique among all collections of the database, also of deleted ones. Order of documents: by this, then by key. */
  readonly id: number
  readonly name: string
  /** Documents are found by name (Collection, Function, Role, Database, AccessProvider). */
  readonly named: boolean
  /** Made by the user, not one of the system's. */
  readonly user: boolean
  /** The collection object under the collection's own name, whatever alias was used. */
  readonly module: ModuleValue
  /** The type of its documents: methods and fields besides the stored ones. */
  readonly documentType: TypeDefinition
}

/** A module (`Math`) or a collection object (`User`, `Token`): a namespace, maybe callable. */
export class ModuleValue {
  readonly kind = 'module'
  readonly name: string
  readonly type: TypeDefinition
  readonly collection: CollectionHandle | undefined
  constructor(name: string, type: TypeDefinition, collection?: CollectionHandle) {
    this.name = name
    this.type = type
    this.collection = collection
  }
}
