/** Replacing and splitting by repeated search on the remaining text (spec/stdlib.md §2.1, §2.4). */
import * as fail from '#src/fql/errors/catalogue.ts'
import { checkStringLength, MAX_STRING_LENGTH } from '#src/fql/values/limits.ts'

/** The next match at or after a position: units, relative to the whole text. */
export type Finder = (text: string, from: number) => readonly [start: number, end: number] | undefined

export const literalFinder =
  (pattern: string): Finder =>
  (text, from) => {
    const start = text.indexOf(pattern, from)
    return start < 0 ? undefined : [start, start + pattern.length]
  }

/** Replaces the first `count` matches. A match of nothing does not advance, as in the reference. */
export function replaceMatches(text: string, find: Finder, replacement: string, count: number): string {
  const parts: string[] = []
  let size = 0
  let from = 0
  const push = (part: string) => {
    parts.push(part)
    size += part.length
  }
  for (let left = count; left > 0; left--) {
    const match = find(text, from)
    if (!match) break
    const [start, end] = match
    if (end === from) {
      push(repeated(replacement, left, size))
      break
    }
    checkStringLength(size + start - from + replacement.length)
    push(text.slice(from, start))
    push(replacement)
    from = end
  }
  checkStringLength(size + text.length - from)
  return parts.join('') + text.slice(from)
}

/** The replacement `times` times, where the search stands still; fails at the size at which it would. */
function repeated(replacement: string, times: number, size: number): string {
  const { length } = replacement
  if (length === 0) {
    // The reference never ends here.
    if (times === Number.POSITIVE_INFINITY) throw fail.valueTooLarge('endless replacement of empty matches')
    return ''
  }
  const fitting = Math.floor((MAX_STRING_LENGTH - size) / length)
  if (times > fitting) checkStringLength(size + (fitting + 1) * length)
  return replacement.repeat(times)
}

/** The pieces between the matches. A match of nothing cuts off one unit instead. */
export function splitByMatches(text: string, find: Finder): string[] {
  const pieces: string[] = []
  let from = 0
  while (from < text.length) {
    const match = find(text, from)
    if (!match) break
    const [start, end] = match
    if (start === end) {
      pieces.push(text.slice(from, ++from))
      if (from === text.length - 1) break
    } else {
      pieces.push(text.slice(from, start))
      from = end
    }
  }
  pieces.push(text.slice(from))
  return pieces
}
