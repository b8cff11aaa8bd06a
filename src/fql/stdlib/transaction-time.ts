/** The time of the running transaction, known only when it commits (spec/stdlib.md §4). */
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { TRANSACTION_TIME } from '#src/fql/values/value.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

export const transactionTimeType = valueType({ name: 'TransactionTime' })
export const transactionTimeModule = declareModule({
  name: 'TransactionTime',
  apply: method('apply() => TransactionTime', (ctx: Context) => {
    if (ctx.effect.stableOnly) throw fail.timestampFieldAccess()
    return TRANSACTION_TIME
  }),
})
