/** Numbers (spec/stdlib.md §3). Their operators run in `eval/operators.ts`; there are no methods. */
import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

const BINARY = '(other: Number) => Number'
const OPERATORS = {
  '+': BINARY,
  '-': `(${BINARY}) & (() => Number)`,
  '*': BINARY,
  '/': BINARY,
  '%': BINARY,
  '**': '(exponent: Number) => Number',
  '&': BINARY,
  '|': BINARY,
  '^': BINARY,
  '~': '() => Number',
}

const numeric = (name: string): TypeDefinition => valueType({ name, operators: OPERATORS })

export const numberType = numeric('Number')
export const intType = numeric('Int')
export const longType = numeric('Long')
export const doubleType = numeric('Double')
/** Another name of Double, which only types use. */
export const floatType = numeric('Float')

export const numberModule = declareModule({ name: 'Number' })
export const intModule = declareModule({ name: 'Int' })
export const longModule = declareModule({ name: 'Long' })
export const doubleModule = declareModule({ name: 'Double' })
export const floatModule = declareModule({ name: 'Float' })
