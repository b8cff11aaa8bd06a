import type { QueryFailure } from '#src/fql/errors/failure.ts'
import { callFromServer } from '#src/fql/eval/call.ts'
import { Context } from '#src/fql/eval/context.ts'
import { AUTH_PREDICATES, narrow } from '#src/fql/eval/effect.ts'
import { sandboxed } from '#src/fql/eval/sandbox.ts'
import type { LambdaValue } from '#src/fql/values/function.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { PREDICATE_RIGHTS } from './built-in.ts'

/** Only `true` grants; whatever fails means no and never reaches the caller (spec/roles.md §3.1). */
export function holds(ctx: Context, predicate: LambdaValue, args: readonly Value[]): Eventual<boolean> {
  const answer = evaluate(ctx, predicate, args)
  return answer instanceof Promise ? answer.then((v) => v === true) : answer === true
}

/** What a predicate answers, or how it fails. */
export function evaluate(
  ctx: Context,
  predicate: LambdaValue,
  args: readonly Value[],
): Eventual<Value | QueryFailure> {
  const inside = new Context(ctx.host, PREDICATE_RIGHTS, ctx.run, narrow(ctx.effect, AUTH_PREDICATES))
  return sandboxed<Value | QueryFailure>(
    ctx,
    () => callFromServer(inside, predicate, args),
    (failure) => failure,
  )
}
