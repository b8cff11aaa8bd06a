/** Words that cannot be used as bare names (spec/language.md §1.2). */
const RESERVED: ReadonlySet<string> = new Set([
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

export const isReserved = (word: string): boolean => RESERVED.has(word)

/** What `let` cannot define. */
export const isReservedVariable = (word: string): boolean =>
  word === 'FQL' || word === '_' || RESERVED.has(word)
