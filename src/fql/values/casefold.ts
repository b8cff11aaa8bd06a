/** Unicode NFKC_Casefold (spec/stdlib.md §2.2), made of the mappings that JS has. */

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu
const ASCII = /^[\0-\x7f]*$/
/** Cherokee letters fold to their upper case, the dotless i to itself. */
const CHEROKEE = /^[\u13a0-\u13ff\uab70-\uabbf]$/
const DOTLESS_I = '\u0131'

/** Full case folding of one code point. */
function foldCase(c: string): string {
  if (c === DOTLESS_I) return c
  if (CHEROKEE.test(c)) return c.toUpperCase()
  return [...c.toLowerCase().toUpperCase()].map((u) => u.toLowerCase()).join('')
}

const foldAll = (s: string): string => Array.from(s, foldCase).join('')

function foldCodePoint(c: string): string {
  let folded = c
  for (;;) {
    const next = foldAll(foldAll(folded.normalize('NFD')).normalize('NFKC'))
      .normalize('NFKC')
      .replace(IGNORABLE, '')
    if (next === folded) return next
    folded = next
  }
}

export function nfkcCasefold(s: string): string {
  if (ASCII.test(s)) return s.toLowerCase()
  const known = new Map<string, string>()
  let folded = ''
  for (const c of s) {
    const f = known.get(c) ?? foldCodePoint(c)
    known.set(c, f)
    folded += f
  }
  return folded.normalize('NFC')
}
