/**
 * Decisions that explain themselves. Rights answer plain verdicts; `WatchedPermissions` stand in for them when somebody
 * wants to know why, ask them, and work out the reasons beside. Nothing here runs otherwise.
 */
import { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { DocValue } from '#src/fql/values/document.ts'
import type { LambdaValue, UserFunctionValue } from '#src/fql/values/function.ts'
import type { CollectionHandle } from '#src/fql/values/module.ts'
import { debugScalar } from '#src/fql/values/text.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { AccessPermissions, BuiltInRole, DocumentAction } from './permissions.ts'
import { evaluate } from './predicate.ts'
import type { Role } from './role.ts'
import { IdentityPermissions, RolePermissions } from './role-permissions.ts'

/** A predicate and what it came to. */
export interface PredicateOutcome {
  readonly text: string
  /** Where it stands in the schema files, as `main.fsl:3:18`, if it does. */
  place?: string | undefined
  readonly holds: boolean
  /** The value, when it is not `true`; or the failure, which means no. */
  readonly because: string
}

/** What one role contributes to a decision. */
export type Reason =
  | { readonly kind: 'built-in role'; readonly role: string; readonly grants: boolean }
  | { readonly kind: 'role'; readonly role: string; readonly grants: false; readonly entry: 'none' }
  | { readonly kind: 'role'; readonly role: string; readonly grants: true; readonly entry: 'always' }
  | {
      readonly kind: 'role'
      readonly role: string
      readonly grants: boolean
      readonly entry: 'predicate'
      readonly predicate: PredicateOutcome
    }
  /** What every logged-in document may do with its own tokens and credential. */
  | { readonly kind: 'own token or credential'; readonly grants: boolean }

/** A question of access with its answer. */
export interface Decision {
  /** An action of roles, or `use indexes`. */
  readonly action: string
  /** Collection or function. */
  readonly resource: string
  /** The document in question, as `User/12`. */
  readonly document: string | undefined
  /** Names of the roles, or of the built-in role, whose rights were asked. */
  readonly rights: string
  readonly allowed: boolean
  readonly reasons: readonly Reason[]
}

/** Collects decisions; the same question is kept once, and no more than a bounded number. */
export class DecisionLog {
  readonly decisions: Decision[] = []
  /** Questions that were asked and are not kept. */
  dropped = 0
  private readonly seen = new Set<string>()
  private static readonly LIMIT = 500

  /** Whether this question is new and to be explained. */
  wants(key: string): boolean {
    if (this.seen.has(key)) return false
    if (this.seen.size >= DecisionLog.LIMIT) {
      this.dropped++
      return false
    }
    this.seen.add(key)
    return true
  }
}

/** Rights that answer like `inner` and keep every decision. */
export class WatchedPermissions implements AccessPermissions {
  readonly label: string
  readonly builtIn: BuiltInRole | 'predicate' | undefined
  readonly seesInternals: boolean
  readonly unchangeable: boolean
  private readonly inner: AccessPermissions
  private readonly log: DecisionLog

  constructor(inner: AccessPermissions, log: DecisionLog) {
    this.inner = inner
    this.log = log
    this.label = inner.label
    this.builtIn = inner.builtIn
    this.seesInternals = inner.seesInternals
    this.unchangeable = inner.unchangeable
  }

  async allows(
    ctx: Context,
    action: DocumentAction,
    collection: CollectionHandle,
    args: readonly Value[],
  ): Promise<boolean> {
    const allowed = await this.inner.allows(ctx, action, collection, args)
    await this.keep(ctx, action, collection, args, allowed)
    return allowed
  }
  /** Every document is asked for, so that each is accounted for. */
  readsAll(): boolean {
    return false
  }
  readsSome(collection: CollectionHandle): boolean {
    const allowed = this.inner.readsSome(collection)
    if (this.log.wants(`index ${collection.name} ${this.label}`)) {
      const { label: rights } = this
      const reasons: Reason[] = []
      this.log.decisions.push({
        action: 'use indexes',
        resource: collection.name,
        document: undefined,
        rights,
        allowed,
        reasons,
      })
    }
    return allowed
  }
  async mayCall(ctx: Context, f: UserFunctionValue, args: readonly Value[]): Promise<boolean> {
    const allowed = await this.inner.mayCall(ctx, f, args)
    await this.keep(ctx, 'call', f, args, allowed)
    return allowed
  }
  readonly adopt = (rights: AccessPermissions): AccessPermissions => new WatchedPermissions(rights, this.log)

  private async keep(
    ctx: Context,
    action: string,
    resource: Resource,
    args: readonly Value[],
    allowed: boolean,
  ): Promise<void> {
    const document = action === 'call' ? undefined : documentText(args.at(-1))
    if (!this.log.wants(`${action} ${resource.name} ${document} ${this.label}`)) return
    const reasons = await reasonsFor(this.inner, ctx, action, resource, args, allowed)
    this.log.decisions.push({
      action,
      resource: resource.name,
      document,
      rights: this.label,
      allowed,
      reasons,
    })
  }
}

interface Resource {
  readonly name: string
  readonly alias?: string | undefined
}

const documentText = (v: Value | undefined): string | undefined =>
  v instanceof DocValue ? `${v.collection.name}/${v.key}` : undefined

async function reasonsFor(
  rights: AccessPermissions,
  ctx: Context,
  action: string,
  resource: Resource,
  args: readonly Value[],
  allowed: boolean,
): Promise<Reason[]> {
  if (rights instanceof RolePermissions) return roleReasons(rights.roles, ctx, action, resource, args)
  if (!(rights instanceof IdentityPermissions))
    return [{ kind: 'built-in role', role: rights.label, grants: allowed }]
  const reasons = await roleReasons(rights.roles.roles, ctx, action, resource, args)
  const byRole = reasons.some((r) => r.grants)
  return allowed && !byRole ? [...reasons, { kind: 'own token or credential', grants: true }] : reasons
}

async function roleReasons(
  roles: readonly Role[],
  ctx: Context,
  action: string,
  { name, alias }: Resource,
  args: readonly Value[],
): Promise<Reason[]> {
  const reasons: Reason[] = []
  for (const role of roles) {
    const base = { kind: 'role', role: role.name } as const
    const privileges = role.privileges.filter((p) => p.resource === name || p.resource === alias)
    const grants = privileges.map((p) => p.actions.get(action)).filter((g) => g !== undefined)
    if (grants.length === 0) reasons.push({ ...base, grants: false, entry: 'none' })
    for (const grant of grants) {
      if (grant === true) reasons.push({ ...base, grants: true, entry: 'always' })
      else {
        const predicate = await outcomeOf(ctx, grant, args)
        reasons.push({ ...base, grants: predicate.holds, entry: 'predicate', predicate })
      }
    }
  }
  return reasons
}

/** Evaluates a predicate as a decision does, and says what came of it. */
export async function outcomeOf(
  ctx: Context,
  predicate: LambdaValue,
  args: readonly Value[],
): Promise<PredicateOutcome> {
  const answer = await evaluate(ctx, predicate, args)
  const text = sourceText(predicate.code.expr.span)
  if (answer instanceof QueryFailure)
    return { text, holds: false, because: `it fails: ${answer.code}: ${answer.message}` }
  if (answer === true) return { text, holds: true, because: 'it is true' }
  return { text, holds: false, because: `it is ${answerText(answer)}` }
}

/** Values that hold others are only named by their type: reading them is a question of access itself. */
const answerText = (v: Value): string =>
  isArray(v) || v instanceof ObjectValue || v instanceof DocValue
    ? `a value of type ${typeName(v)}`
    : debugScalar(v)

const sourceText = ({ source, start, end }: Span): string => source.text.slice(start, end)
