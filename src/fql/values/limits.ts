import * as fail from '#src/fql/errors/catalogue.ts'

/** UTF-16 units of a string that an operation makes (spec/language.md §2.9). */
export const MAX_STRING_LENGTH = 16_777_216
/** Elements of an array that a built-in makes, and of a set that is read whole. */
export const MAX_ARRAY_LENGTH = 16_000

export function checkStringLength(length: number): void {
  if (length > MAX_STRING_LENGTH)
    throw fail.valueTooLarge(`string size ${length} exceeds limit ${MAX_STRING_LENGTH}`)
}

export function concatTexts(a: string, b: string): string {
  checkStringLength(a.length + b.length)
  return a + b
}

export const tooManyElements = () =>
  fail.valueTooLarge(`exceeded maximum number of elements (limit=${MAX_ARRAY_LENGTH})`)
