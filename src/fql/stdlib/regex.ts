/** Regular expressions of strings (spec/stdlib.md §2.1), in linear time. */
import { RE2JS } from 're2js'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Finder } from './string-search.ts'

type Match = readonly [start: number, end: number]

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.LOOKBEHINDS)
  } catch {
    throw fail.invalidRegex('Illegal pattern', 0)
  }
}

export function firstMatch(pattern: string, text: string): Match | undefined {
  const m = compile(pattern).matcher(text)
  return m.find() ? [m.start(), m.end()] : undefined
}

export function allMatches(pattern: string, text: string): Match[] {
  const m = compile(pattern).matcher(text)
  const found: Match[] = []
  while (m.find()) found.push([m.start(), m.end()])
  return found
}

/** Searches the remaining text as if it were the whole. */
export function regexFinder(pattern: string): Finder {
  const compiled = compile(pattern)
  return (text, from) => {
    const m = compiled.matcher(text.slice(from))
    return m.find() ? [from + m.start(), from + m.end()] : undefined
  }
}
