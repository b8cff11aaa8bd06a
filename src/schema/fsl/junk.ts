/** Stands for a bracket that is still open. */
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * Where text that is no item ends: at a line end, `;` or `}` outside of all brackets. Strings and comments are passed
 * over. A wrong closing bracket is forgiven, except that `}` always closes.
 */
export const skipJunk = (text: string, start: number): number => {
  const open: string[] = []
  let i = start
  while (i < text.length) {
    const c = text[i]!
    if (open.length === 0 && '\r\n;}'.includes(c)) return i
    if (CLOSERS[c] !== undefined) open.push(CLOSERS[c])
    else if (')]}'.includes(c)) {
      const expected = open.pop()
      if (c === '}' && expected !== '}') return i
    }
    i = passOver(text, i)
  }
  return i
}

/** Behind the string, comment or single character at `i`. A line end that ends a comment is left. */
const passOver = (text: string, i: number): number => {
  const c = text[i]
  if (c === "'" || c === '"') return afterString(text, i)
  if (text.startsWith('//', i)) return afterLine(text, i)
  return text.startsWith('/*', i) ? afterBlockComment(text, i) : i + 1
}

const afterString = (text: string, start: number): number => {
  const quote = text[start]
  let i = start + 1
  while (i < text.length && text[i] !== quote) i += text[i] === '\\' ? 2 : 1
  // A string may be cut off by the end.
  return Math.min(i + 1, text.length)
}

const afterLine = (text: string, start: number): number => {
  let i = start
  while (i < text.length && text[i] !== '\n' && text[i] !== '\r') i++
  return i
}

const afterBlockComment = (text: string, start: number): number => {
  let depth = 1
  let i = start + 2
  while (i < text.length && depth > 0) {
    const step = text.startsWith('/*', i) ? 1 : text.startsWith('*/', i) ? -1 : 0
    depth += step
    i += step === 0 ? 1 : 2
  }
  return i
}
