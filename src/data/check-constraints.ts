import { call } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { CHECK_CONSTRAINTS } from '#src/fql/eval/effect.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { isNull, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { CheckInfo, Collection } from './collection.ts'
import { type Operation, refuse } from './failures.ts'
import type { Failure } from './native-collection.ts'

/** Evaluates the check constraints on the document just written, with the rights of the writer (spec/schema.md §9). */
export function checkDocument(
  ctx: Context,
  collection: Collection,
  id: bigint,
  operation: Operation,
): Eventual<void> {
  const { checks } = collection
  if (checks.length === 0) return undefined
  const doc = new DocValue(collection.module, id)
  const inside = ctx.limited(CHECK_CONSTRAINTS)
  const failures: Failure[] = []
  // All are evaluated: an error in one matters more than the failures of others.
  const done = eachIndex(checks.length, (i) => {
    const { name, body } = checks[i] as CheckInfo
    return andThen(call(inside, body, [doc]), (v) => {
      if (v !== true) failures.push({ path: [], message: checkText(name, v) })
    })
  })
  return andThen(done, () => refuse(operation, failures))
}

const checkText = (name: string, v: Value): string =>
  v === false || isNull(v)
    ? `Document failed check constraint \`${name}\``
    : `Error evaluating check constraint \`${name}\`: function returned a non-boolean value`
