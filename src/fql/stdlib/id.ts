/** Document ids as values (spec/stdlib.md §4). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { parseId } from '#src/fql/eval/runtime-type.ts'
import { debugScalar } from '#src/fql/values/text.ts'
import { type Double, IdValue } from '#src/fql/values/value.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

/** Integers and decimal texts of 64 bits; a Double is refused even when it is whole. */
function makeId(_ctx: Context, _self: unknown, from: string | number | bigint | Double): IdValue {
  const id = typeof from === 'string' ? parseId(from) : typeof from === 'object' ? undefined : BigInt(from)
  if (id === undefined) throw fail.invalidId(debugScalar(from))
  return new IdValue(id)
}

export const idType = valueType({ name: 'ID' })
export const idModule = declareModule({
  name: 'ID',
  apply: method(['apply(id: String) => ID', 'apply(id: Number) => ID'], makeId),
})
