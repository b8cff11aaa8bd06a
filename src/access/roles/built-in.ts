/** The built-in roles (spec/roles.md §2.2) and the rights of predicates (§3.1). */

import type { Context } from '#src/fql/eval/context.ts'
import type { CollectionHandle } from '#src/fql/values/module.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import {
  type AccessPermissions,
  type BuiltInRole,
  type DocumentAction,
  isRootCollection,
} from './permissions.ts'

interface Rules {
  readonly reads: (c: CollectionHandle) => boolean
  readonly writes: (c: CollectionHandle) => boolean
  readonly calls: boolean
  readonly history: boolean
}

const all = () => true
const none = () => false
const notRoot = (c: CollectionHandle) => !isRootCollection(c)

class FixedPermissions implements AccessPermissions {
  readonly label: string
  readonly builtIn: BuiltInRole | 'predicate'
  readonly seesInternals: boolean
  readonly unchangeable: boolean
  private readonly rules: Rules

  constructor(
    builtIn: BuiltInRole | 'predicate',
    rules: Rules,
    seesInternals: boolean,
    unchangeable = false,
  ) {
    this.label = builtIn
    this.builtIn = builtIn
    this.rules = rules
    this.seesInternals = seesInternals
    this.unchangeable = unchangeable
  }

  allows(_ctx: Context, action: DocumentAction, collection: CollectionHandle): Eventual<boolean> {
    if (action === 'read') return this.rules.reads(collection)
    if (action === 'history_read') return this.rules.history && this.rules.reads(collection)
    return this.rules.writes(collection)
  }
  readsAll(collection: CollectionHandle): boolean {
    return this.rules.reads(collection)
  }
  readsSome(collection: CollectionHandle): boolean {
    return this.rules.reads(collection)
  }
  mayCall(): Eventual<boolean> {
    return this.rules.calls
  }
}

const ADMIN_RULES: Rules = { reads: all, writes: all, calls: true, history: true }

export const ROOT: AccessPermissions = new FixedPermissions('admin', ADMIN_RULES, true, true)

export const BUILT_IN_ROLES: ReadonlyMap<string, AccessPermissions> = new Map<string, AccessPermissions>([
  ['admin', new FixedPermissions('admin', ADMIN_RULES, true)],
  [
    'server',
    new FixedPermissions('server', { reads: notRoot, writes: notRoot, calls: true, history: true }, true),
  ],
  [
    'server-readonly',
    new FixedPermissions(
      'server-readonly',
      { reads: notRoot, writes: none, calls: false, history: true },
      true,
    ),
  ],
  [
    'client',
    new FixedPermissions('client', { reads: none, writes: none, calls: false, history: false }, false),
  ],
])

/** Rights inside predicates: read everything but four collections, call everything, no history, never write. */
export const PREDICATE_RIGHTS: AccessPermissions = new FixedPermissions(
  'predicate',
  { reads: notRoot, writes: none, calls: true, history: false },
  false,
)

/** Rights of default values: none at all (spec/roles.md §4.3). */
export const NO_RIGHTS: AccessPermissions = BUILT_IN_ROLES.get('client') as AccessPermissions
