import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { type Arity, accepts, type LambdaValue, UserFunctionValue } from '#src/fql/values/function.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'

interface UserFunctionParts {
  readonly name: string
  readonly alias: string | undefined
  readonly body: LambdaValue
  readonly role: string | undefined
  readonly rights: () => AccessPermissions | undefined
  readonly definition: Value
}

/** A function of the schema (spec/data.md §12, spec/roles.md §5). */
export class UserFunction extends UserFunctionValue {
  readonly name: string
  /** Its other name. */
  readonly alias: string | undefined
  readonly arity: Arity
  readonly definition: Value
  readonly role: string | undefined
  private readonly body: LambdaValue
  /** Rights of the function's role; undefined: those of the caller. */
  private readonly rights: () => AccessPermissions | undefined
  private readonly parts: UserFunctionParts

  constructor(parts: UserFunctionParts) {
    super()
    this.parts = parts
    this.name = parts.name
    this.alias = parts.alias
    this.body = parts.body
    this.arity = parts.body.code.arity
    this.role = parts.role
    this.rights = parts.rights
    this.definition = parts.definition
  }

  /** The same as its alias names it: a function shows under the name by which it was reached. */
  aliased(alias: string): UserFunction {
    return new UserFunction({ ...this.parts, name: alias, alias: this.name })
  }

  /** Checks the number of arguments, then `call`, then replaces the rights by the role's for the body. */
  invoke(ctx: Context, args: readonly Value[]): Eventual<Value> {
    if (!accepts(this.arity, args.length)) throw fail.wrongArity(this.arity, args.length)
    const current = ctx.permissions as AccessPermissions
    const allowed = current.mayCall(ctx, this, args)
    if (allowed instanceof Promise) return allowed.then((yes) => this.run(ctx, yes, args))
    return this.run(ctx, allowed, args)
  }

  private run(ctx: Context, allowed: boolean, args: readonly Value[]): Eventual<Value> {
    if (!allowed) throw fail.permissionDenied()
    const current = ctx.permissions as AccessPermissions
    const rights = current.unchangeable ? undefined : this.rights()
    if (!rights) return call(ctx, this.body, args)
    return call(ctx.as(current.adopt ? current.adopt(rights) : rights), this.body, args)
  }
}
