/** Object literals (spec/stdlib.md §6): all their members are data, so the type has none. */
import { declareType } from './declare.ts'
import { declareModule } from './module.ts'

export const structType = declareType({ name: '{ *: Any }' })
export const structModule = declareModule({ name: 'Struct' })
