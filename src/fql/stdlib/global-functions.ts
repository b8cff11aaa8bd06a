/** Functions without a module (spec/stdlib.md §11). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { OBSERVATION } from '#src/fql/eval/effect.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { debug, display } from '#src/fql/values/text.ts'
import { IdValue, objectOf, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import { method } from './declare.ts'
import { nothing } from './no-value.ts'

/** `brief`: one line in the summary, without the source text. */
function report(ctx: Context, message: string, brief: boolean): void {
  const span = ctx.run.frames.at(-1) ?? NO_SPAN
  ctx.run.diagnostics.push({ kind: 'info', message, span, ...(brief && { brief }) })
}

function log(ctx: Context, _self: Value, ...args: Value[]): Eventual<Value> {
  return andThen(
    mapInOrder(args, (v) => display(ctx, v)),
    (texts) => {
      report(ctx, texts.join(' '), true)
      return nothing(ctx)
    },
  )
}

function dbg(ctx: Context, _self: Value, value: Value): Eventual<Value> {
  return andThen(debug(ctx, value), (text) => {
    report(ctx, text, false)
    return value
  })
}

function abort(ctx: Context, _self: Value, value: Value): never {
  throw fail.abort(ctx, value)
}

export const GLOBAL_FUNCTIONS = [
  method('log(args: ...Any) => Null', log),
  method('dbg(value: A) => A', dbg),
  method('asc(accessor: A => Any) => { asc: A => Any }', (_ctx, _self, accessor: FunctionValue) =>
    objectOf({ asc: accessor }),
  ),
  method('desc(accessor: A => Any) => { desc: A => Any }', (_ctx, _self, accessor: FunctionValue) =>
    objectOf({ desc: accessor }),
  ),
  method('newId() => ID', (ctx) => new IdValue(ctx.host.newId()), { effect: OBSERVATION }),
  method('abort(return: Any) => Never', abort),
]
