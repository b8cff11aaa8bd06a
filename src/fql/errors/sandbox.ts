import type { Context } from '#src/fql/eval/context.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { QueryFailure } from './failure.ts'

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
  const failed = (error: unknown): T => {
    if (!(error instanceof QueryFailure)) throw error
    return instead(error, frames.splice(depth))
  }
  try {
    const value = run()
    return value instanceof Promise ? value.catch(failed) : value
  } catch (error) {
    return failed(error)
  }
}
