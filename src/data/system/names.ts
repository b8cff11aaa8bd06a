import { isIdentifier as isBareName } from '#src/fql/syntax/print.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Failure } from '../native-collection.ts'

/** A name that schema items may have: any bare name but `_`. */
export const isIdentifier = (name: string): boolean => isBareName(name) && name !== '_'

/** `Invalid identifier.` at `name`, unless it is one (spec/data.md §4, §11). */
export function invalidName(name: Value | undefined): Failure[] {
  return typeof name === 'string' && !isIdentifier(name)
    ? [{ path: ['name'], message: 'Invalid identifier.' }]
    : []
}
