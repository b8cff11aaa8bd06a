/** Rights through user-defined roles (spec/roles.md §2.3, §2.4). */

import type { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import type { LambdaValue, UserFunctionValue } from '#src/fql/values/function.ts'
import type { CollectionHandle } from '#src/fql/values/module.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { AccessPermissions, DocumentAction } from './permissions.ts'
import { holds } from './predicate.ts'
import type { Role } from './role.ts'

/** Everything the roles grant for one action on one resource. */
interface Grants {
  readonly always: boolean
  readonly predicates: readonly LambdaValue[]
}
const NOTHING: Grants = { always: false, predicates: [] }

export class RolePermissions implements AccessPermissions {
  readonly label: string
  readonly builtIn = undefined
  readonly seesInternals = false
  readonly unchangeable = false
  readonly roles: readonly Role[]
  /** By action and resource; worked out when first asked. */
  private readonly grants = new Map<string, Map<string, Grants>>()

  constructor(roles: readonly Role[]) {
    this.roles = roles
    this.label = roles.map((r) => r.name).join(', ')
  }

  allows(
    ctx: Context,
    action: DocumentAction,
    collection: CollectionHandle,
    args: readonly Value[],
  ): Eventual<boolean> {
    return decide(ctx, this.grantsFor(action, collection), args)
  }
  readsAll(collection: CollectionHandle): boolean {
    return this.grantsFor('read', collection).always
  }
  readsSome(collection: CollectionHandle): boolean {
    const { always, predicates } = this.grantsFor('read', collection)
    return always || predicates.length > 0
  }
  mayCall(ctx: Context, f: UserFunctionValue, args: readonly Value[]): Eventual<boolean> {
    return decide(ctx, this.grantsFor('call', f), args)
  }

  private grantsFor(
    action: string,
    resource: { readonly name: string; readonly alias?: string | undefined },
  ): Grants {
    let ofAction = this.grants.get(action)
    if (!ofAction) {
      ofAction = new Map()
      this.grants.set(action, ofAction)
    }
    let found = ofAction.get(resource.name)
    if (!found) {
      found = collect(this.roles, action, resource)
      ofAction.set(resource.name, found)
    }
    return found
  }
}

function collect(
  roles: readonly Role[],
  action: string,
  resource: { readonly name: string; readonly alias?: string | undefined },
): Grants {
  const granted = roles
    .flatMap((r) => r.privileges)
    .filter((p) => p.resource === resource.name || p.resource === resource.alias)
    .map((p) => p.actions.get(action))
    .filter((g) => g !== undefined)
  if (granted.length === 0) return NOTHING
  return { always: granted.includes(true), predicates: granted.filter((g) => g !== true) }
}

function decide(ctx: Context, grants: Grants, args: readonly Value[], from = 0): Eventual<boolean> {
  if (grants.always) return true
  for (let i = from; i < grants.predicates.length; i++) {
    const yes = holds(ctx, grants.predicates[i] as LambdaValue, args)
    if (yes instanceof Promise) return yes.then((y) => y || decide(ctx, grants, args, i + 1))
    if (yes) return true
  }
  return false
}

/**
 * A logged-in document: its roles, and the baseline that it may read its own tokens and credential and delete its own
 * tokens (spec/roles.md §2.3).
 */
export class IdentityPermissions implements AccessPermissions {
  readonly label: string
  readonly builtIn = undefined
  readonly seesInternals = false
  readonly unchangeable = false
  readonly identity: DocValue
  readonly roles: RolePermissions

  constructor(roles: RolePermissions, identity: DocValue) {
    this.roles = roles
    this.identity = identity
    this.label = roles.label
  }

  allows(
    ctx: Context,
    action: DocumentAction,
    collection: CollectionHandle,
    args: readonly Value[],
  ): Eventual<boolean> {
    const byRole = this.roles.allows(ctx, action, collection, args)
    if (!isBaseline(action, collection)) return byRole
    return andThen(byRole, (yes) => yes || this.owns(ctx, args[0]))
  }
  readsAll(collection: CollectionHandle): boolean {
    return this.roles.readsAll(collection)
  }
  readsSome(collection: CollectionHandle): boolean {
    return isBaseline('read', collection) || this.roles.readsSome(collection)
  }
  mayCall(ctx: Context, f: UserFunctionValue, args: readonly Value[]): Eventual<boolean> {
    return this.roles.mayCall(ctx, f, args)
  }

  private owns(ctx: Context, doc: Value | undefined): Eventual<boolean> {
    if (!(doc instanceof DocValue)) return false
    return andThen(ctx.host.rawField(doc, 'document'), (v) => v !== undefined && sameValue(v, this.identity))
  }
}

const isBaseline = (action: DocumentAction, c: CollectionHandle): boolean =>
  !c.user &&
  ((c.name === 'Token' && (action === 'read' || action === 'delete')) ||
    (c.name === 'Credential' && action === 'read'))
