import type { Context, Permissions } from '#src/fql/eval/context.ts'
import type { UserFunctionValue } from '#src/fql/values/function.ts'
import type { CollectionHandle } from '#src/fql/values/module.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'

/** Actions on documents that v10 asks about (spec/roles.md §1.2). */
export type DocumentAction =
  | 'read'
  | 'write'
  | 'create'
  | 'create_with_id'
  | 'delete'
  | 'history_read'
  | 'history_write'

export type BuiltInRole = 'admin' | 'server' | 'server-readonly' | 'client'

/**
 * What an identity may do. Every question of access in the server goes through one of these methods; the answers are
 * plain verdicts, reasons are worked out by `explain.ts` when somebody asks.
 */
export interface AccessPermissions extends Permissions {
  /** The built-in role whose rights these are; undefined for user-defined roles. */
  readonly builtIn: BuiltInRole | 'predicate' | undefined
  /** The arguments are what the action's predicates get (spec/roles.md §1.2). */
  allows(
    ctx: Context,
    action: DocumentAction,
    collection: CollectionHandle,
    args: readonly Value[],
  ): Eventual<boolean>
  /** Whether every document of the collection may be read without asking; spares the question per document. */
  readsAll(collection: CollectionHandle): boolean
  /** Whether some `read` entry exists: what index calls and event sources need. */
  readsSome(collection: CollectionHandle): boolean
  mayCall(ctx: Context, f: UserFunctionValue, args: readonly Value[]): Eventual<boolean>
  /** Sees `log()` output and stack frames of functions. */
  readonly seesInternals: boolean
  /** Rights that watch what they are asked stand in for those of a function's role as well. */
  readonly adopt?: (rights: AccessPermissions) => AccessPermissions
  /** The true root secret, or what nothing may change (spec/roles.md §5.6). */
  readonly unchangeable: boolean
}

/** Collections whose documents only admins may touch (spec/roles.md §2.2). */
const ROOT_COLLECTIONS: ReadonlySet<string> = new Set(['Database', 'Key', 'Role', 'AccessProvider'])
export const isRootCollection = (c: CollectionHandle): boolean => !c.user && ROOT_COLLECTIONS.has(c.name)
