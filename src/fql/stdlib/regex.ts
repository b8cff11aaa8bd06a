/** Regular expressions of strings (spec/stdlib.md §2.1). */
import * as fail from '#src/fql/errors/catalogue.ts'
import { PatternFault } from '#src/fql/regex/cursor.ts'
import { type Match, Matcher, MatchTooExpensive } from '#src/fql/regex/matcher.ts'
import { compilePattern, PatternTooLarge, type Program } from '#src/fql/regex/program.ts'
import { codePointIndex } from '#src/fql/values/code-points.ts'
import type { Finder } from './string-search.ts'

/** Compiled patterns, the least recently used first. */
const cache = new Map<string, Program>()
const CACHED_PATTERNS = 100
const MAX_CACHED_LENGTH = 1000

function compile(pattern: string): Program {
  const known = cache.get(pattern)
  cache.delete(pattern)
  const program = known ?? compileOrFail(pattern)
  if (pattern.length <= MAX_CACHED_LENGTH) cache.set(pattern, program)
  if (cache.size > CACHED_PATTERNS) cache.delete(cache.keys().next().value as string)
  return program
}

function compileOrFail(pattern: string): Program {
  try {
    return compilePattern(pattern)
  } catch (e) {
    // The reference takes the index for one of UTF-16 units and converts it once more.
    if (e instanceof PatternFault) throw fail.invalidRegex(e.description, codePointIndex(pattern, e.index))
    if (e instanceof PatternTooLarge) throw fail.unsupported('The regular expression is too large.')
    throw e
  }
}

function guarded<T>(search: () => T): T {
  try {
    return search()
  } catch (e) {
    if (e instanceof MatchTooExpensive)
      throw fail.unsupported('The regular expression is too expensive for the text.')
    throw e
  }
}

export const firstMatch = (pattern: string, text: string): Match | undefined => {
  const program = compile(pattern)
  return guarded(() => new Matcher(program, text).find(0))
}

export const allMatches = (pattern: string, text: string): Match[] => {
  const program = compile(pattern)
  return guarded(() => new Matcher(program, text).findAll())
}

/** Searches the remaining text as if it were the whole. */
export function regexFinder(pattern: string): Finder {
  const program = compile(pattern)
  let matcher: Matcher | undefined
  return (text, from) =>
    guarded(() => {
      matcher ??= new Matcher(program, text)
      return matcher.find(from, from)
    })
}
