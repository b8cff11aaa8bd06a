import { valueType } from './value-type.ts'

/** `SetCursor` (spec/data.md §8): a place in a set. Its text is what clients get. */
export const cursorType = valueType({ name: 'SetCursor' })
