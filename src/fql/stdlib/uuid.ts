/** UUIDs (spec/stdlib.md §4). FQL cannot make them; they come out of old data. */
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

export const uuidType = valueType({ name: 'UUID' })
export const uuidModule = declareModule({ name: 'UUID' })
