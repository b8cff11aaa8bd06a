/** Booleans (spec/stdlib.md §4). `&&` and `||` evaluate their right side only when needed, so the evaluator runs them. */
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

const CONNECTIVE = '(other: Boolean) => Boolean'

export const booleanType = valueType({
  name: 'Boolean',
  operators: { '||': CONNECTIVE, '&&': CONNECTIVE, '!': '() => Boolean' },
})
export const booleanModule = declareModule({ name: 'Boolean' })
