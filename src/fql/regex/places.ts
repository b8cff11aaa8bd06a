import type { Place } from './pattern.ts'

const LINE_FEED = 10
const RETURN = 13

const isWord = (c: number): boolean =>
  (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f

const endsLine = (c: number, unixLines: boolean): boolean =>
  c === LINE_FEED || (!unixLines && (c === RETURN || c === 0x85 || c === 0x2028 || c === 0x2029))

interface PlaceTest {
  readonly place: Place
  readonly unixLines: boolean
}

/** Whether the place is at that unit of the text; nothing before `base` is seen. */
export function placeHolds(
  { place, unixLines }: PlaceTest,
  text: string,
  at: number,
  base: number,
  searchStart: number,
): boolean {
  switch (place) {
    case 'text-start':
      return at === base
    case 'text-end':
      return at === text.length
    case 'last-line-end':
      return isLineEnd(text, at, base, unixLines) && isLastLine(text, at, unixLines)
    case 'line-start':
      return isLineStart(text, at, base, unixLines)
    case 'line-end':
      return isLineEnd(text, at, base, unixLines)
    case 'search-start':
      return at === searchStart
    default: {
      const before = at > base && isWord(text.charCodeAt(at - 1))
      const after = at < text.length && isWord(text.charCodeAt(at))
      return (before !== after) === (place === 'word-boundary')
    }
  }
}

const isLastLine = (text: string, at: number, unixLines: boolean): boolean =>
  at >= text.length - 1 || (!unixLines && at === text.length - 2 && text.startsWith('\r\n', at))

/** Before a line terminator, not inside `\r\n`; or at the end. */
function isLineEnd(text: string, at: number, base: number, unixLines: boolean): boolean {
  if (at === text.length) return true
  const c = text.charCodeAt(at)
  if (!endsLine(c, unixLines)) return false
  return unixLines || c !== LINE_FEED || at === base || text.charCodeAt(at - 1) !== RETURN
}

/** Behind a line terminator, but not at the end of the text. */
function isLineStart(text: string, at: number, base: number, unixLines: boolean): boolean {
  if (at === text.length) return false
  if (at === base) return true
  const before = text.charCodeAt(at - 1)
  if (!endsLine(before, unixLines)) return false
  return unixLines || before !== RETURN || text.charCodeAt(at) !== LINE_FEED
}
