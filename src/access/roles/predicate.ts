import { QueryFailure } from '#src/fql/errors/failure.ts'
import { callFromServer } from '#src/fql/eval/call.ts'
import { Context } from '#src/fql/eval/context.ts'
import { AUTH_PREDICATES, narrow } from '#src/fql/eval/effect.ts'
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
  const depth = ctx.run.frames.length
  try {
    const answer = callFromServer(inside, predicate, args)
    return answer instanceof Promise ? answer.catch((error: unknown) => failed(ctx, depth, error)) : answer
  } catch (error) {
    return failed(ctx, depth, error)
  }
}

function failed(ctx: Context, depth: number, error: unknown): QueryFailure {
  if (!(error instanceof QueryFailure)) throw error
  ctx.run.frames.length = depth
  return error
}
