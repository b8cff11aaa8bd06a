import { isAlpha, isDigit } from './cursor.ts'

/** Writes `\Q…\E` as single escapes, so that the rest of the reader need not know of it. */
export function unquote(pattern: string): string {
  let start = findQuote(pattern, 0)
  if (start < 0) return pattern
  let plain = ''
  let from = 0
  while (start >= 0) {
    const close = pattern.indexOf('\\E', start + 2)
    const end = close < 0 ? pattern.length : close
    plain += pattern.slice(from, start) + escapeAll(pattern.slice(start + 2, end))
    from = close < 0 ? end : close + 2
    start = findQuote(pattern, from)
  }
  return plain + pattern.slice(from)
}

/** The next `\Q` whose backslash is not itself escaped. */
function findQuote(pattern: string, from: number): number {
  for (let i = pattern.indexOf('\\', from); i >= 0; i = pattern.indexOf('\\', i + 2))
    if (pattern[i + 1] === 'Q') return i
  return -1
}

/** The first digit is written by its code: it must not prolong an escape that stands before the quote. */
const escapeAll = (text: string): string =>
  Array.from(text, (c, i) => {
    if (isDigit(c)) return i === 0 ? `\\x3${c}` : c
    return isAlpha(c) || c > '\x7f' ? c : `\\${c}`
  }).join('')
