import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { CHECK_CONSTRAINTS } from '#src/fql/eval/effect.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { CheckInfo, Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { constraintFailure, type Operation } from './failures.ts'

/** Evaluates the check constraints on the document just written, with the rights of the writer (spec/schema.md §9). */
export function checkDocument(
  ctx: Context,
  _host: DatabaseHost,
  collection: Collection,
  id: bigint,
  operation: Operation,
): Eventual<void> {
  const { checks } = collection
  if (checks.length === 0) return undefined
  const doc = new DocValue(collection.module, id)
  const inside = ctx.limited(CHECK_CONSTRAINTS)
  return eachIndex(checks.length, (i) => {
    const { name, body } = checks[i] as CheckInfo
    return andThen(call(inside, body, [doc]), (v) => {
      if (v === true) return
      throw constraintFailure(operation, [{ path: [], message: checkText(name, v) }])
    })
  })
}

const checkText = (name: string, v: unknown): string =>
  v === false
    ? `Document failed check constraint \`${name}\``
    : `Error evaluating check constraint \`${name}\`: function returned a non-boolean value`
