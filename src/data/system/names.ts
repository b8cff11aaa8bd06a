import type { Value } from '#src/fql/values/value.ts'
import type { Failure } from '../native-collection.ts'

const IDENTIFIER = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'else',
  'at',
  'match',
  'case',
  'let',
  'null',
  'true',
  'false',
  'isa',
  'join',
  'on',
  'of',
])

export const isIdentifier = (name: string): boolean =>
  IDENTIFIER.test(name) && !KEYWORDS.has(name) && name !== '_'

/** `Invalid identifier.` at `name`, unless it is one (spec/data.md §4, §11). */
export function invalidName(name: Value | undefined): Failure[] {
  return typeof name === 'string' && !isIdentifier(name)
    ? [{ path: ['name'], message: 'Invalid identifier.' }]
    : []
}
