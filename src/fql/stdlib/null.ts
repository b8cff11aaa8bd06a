/** Null (spec/stdlib.md §4): only `toString()` can be called on it. */
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

export const nullType = valueType({ name: 'Null' })
export const nullModule = declareModule({ name: 'Null' })
