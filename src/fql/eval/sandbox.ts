import { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { type Eventual, orElse } from '#src/lib/eventual.ts'
import type { Context } from './context.ts'

/**
 * What `run` gives; where it fails, what `instead` makes of that. The calls that were running inside have ended then:
 * `calls` are their argument lists, outermost first.
 */
export function sandboxed<T>(
  ctx: Context,
  run: () => Eventual<T>,
  instead: (failure: QueryFailure, calls: readonly Span[]) => T,
): Eventual<T> {
  const { frames } = ctx.run
  const depth = frames.length
  return orElse(run, (error) => {
    if (!(error instanceof QueryFailure)) throw error
    return instead(error, frames.splice(depth))
  })
}
