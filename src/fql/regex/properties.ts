/** Named sets of code points: `\p{…}` of `java.util.regex`. */
import type { CodeTest } from './pattern.ts'

const cache = new Map<string, CodeTest>()

/** A set in JS syntax (`\p{L}`, `[a-z\p{M}]`), tested one code point at a time. */
export function jsSet(source: string): CodeTest {
  const known = cache.get(source)
  if (known) return known
  const regExp = new RegExp(`^${source}$`, 'u')
  const test: CodeTest = (c) => regExp.test(String.fromCodePoint(c))
  cache.set(source, test)
  return test
}

const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/

/** Sets whose names are Java's own, in JS syntax. */
const SETS: Readonly<Record<string, string>> = {
  LC: '[\\p{Lu}\\p{Ll}\\p{Lt}]',
  LD: '[\\p{L}\\p{Nd}]',
  L1: '[\\0-\\xff]',
  all: '[^]',
  ASCII: '[\\0-\\x7f]',
  Alnum: '[A-Za-z0-9]',
  Alpha: '[A-Za-z]',
  Blank: '[ \\t]',
  Cntrl: '[\\0-\\x1f\\x7f]',
  Digit: '[0-9]',
  Graph: '[!-~]',
  Lower: '[a-z]',
  Print: '[ -~]',
  Punct: '[!-\\/:-@\\[-`\\{-~]',
  Space: '[\\t-\\r ]',
  Upper: '[A-Z]',
  XDigit: '[0-9A-Fa-f]',
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaAlphabetic: '\\p{Alphabetic}',
  javaIdeographic: '\\p{Ideographic}',
  javaTitleCase: '\\p{Lt}',
  javaDigit: '\\p{Nd}',
  javaDefined: '\\P{Cn}',
  javaLetter: '\\p{L}',
  javaLetterOrDigit: '[\\p{L}\\p{Nd}]',
  javaJavaIdentifierStart: '[\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}]',
  javaJavaIdentifierPart:
    '[\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}\\p{Nd}\\p{Mc}\\p{Mn}\\p{Cf}\\0-\\x08\\x0e-\\x1b\\x7f-\\x9f]',
  javaSpaceChar: '\\p{Z}',
  javaWhitespace: '[\\t-\\r\\x1c-\\x1f\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000 ]',
  javaISOControl: '[\\0-\\x1f\\x7f-\\x9f]',
  javaMirrored: '\\p{Bidi_Mirrored}',
}

/** Unicode properties, behind `Is` in any case. */
const BINARY: Readonly<Record<string, string>> = {
  ALPHABETIC: '\\p{Alphabetic}',
  LETTER: '\\p{L}',
  IDEOGRAPHIC: '\\p{Ideographic}',
  LOWERCASE: '\\p{Lowercase}',
  UPPERCASE: '\\p{Uppercase}',
  TITLECASE: '\\p{Lt}',
  WHITE_SPACE: '\\p{White_Space}',
  WHITESPACE: '\\p{White_Space}',
  CONTROL: '\\p{Cc}',
  PUNCTUATION: '\\p{P}',
  HEX_DIGIT: '[\\p{Nd}0-9a-fA-F\\uff10-\\uff19\\uff21-\\uff26\\uff41-\\uff46]',
  HEXDIGIT: '[\\p{Nd}0-9a-fA-F\\uff10-\\uff19\\uff21-\\uff26\\uff41-\\uff46]',
  ASSIGNED: '\\P{Cn}',
  NONCHARACTER_CODE_POINT: '\\p{Noncharacter_Code_Point}',
  NONCHARACTERCODEPOINT: '\\p{Noncharacter_Code_Point}',
  DIGIT: '\\p{Nd}',
  ALNUM: '[\\p{Alphabetic}\\p{Nd}]',
  BLANK: '[\\p{Zs}\\t]',
  GRAPH: '[^\\p{White_Space}\\p{Cc}\\p{Cs}\\p{Cn}]',
  PRINT: '[^\\p{Zl}\\p{Zp}\\p{Cc}\\p{Cs}\\p{Cn}]',
  WORD: '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]',
  JOIN_CONTROL: '\\p{Join_Control}',
  JOINCONTROL: '\\p{Join_Control}',
}

/** What the POSIX names mean under `(?U)`. */
const UNICODE_POSIX: Readonly<Record<string, string>> = {
  Alpha: 'ALPHABETIC',
  Lower: 'LOWERCASE',
  Upper: 'UPPERCASE',
  Space: 'WHITE_SPACE',
  Punct: 'PUNCTUATION',
  XDigit: 'HEX_DIGIT',
  Alnum: 'ALNUM',
  Cntrl: 'CONTROL',
  Digit: 'DIGIT',
  Blank: 'BLANK',
  Graph: 'GRAPH',
  Print: 'PRINT',
}

/** Unicode blocks, behind `In`: name without spaces, hyphens and underscores → range. JS knows none. */
const BLOCKS: Readonly<Record<string, string>> = {
  BASICLATIN: '[\\0-\\x7f]',
  LATIN1SUPPLEMENT: '[\\x80-\\xff]',
  LATINEXTENDEDA: '[\\u0100-\\u017f]',
  LATINEXTENDEDB: '[\\u0180-\\u024f]',
  IPAEXTENSIONS: '[\\u0250-\\u02af]',
  COMBININGDIACRITICALMARKS: '[\\u0300-\\u036f]',
  GREEK: '[\\u0370-\\u03ff]',
  GREEKANDCOPTIC: '[\\u0370-\\u03ff]',
  CYRILLIC: '[\\u0400-\\u04ff]',
  ARMENIAN: '[\\u0530-\\u058f]',
  HEBREW: '[\\u0590-\\u05ff]',
  ARABIC: '[\\u0600-\\u06ff]',
  DEVANAGARI: '[\\u0900-\\u097f]',
  THAI: '[\\u0e00-\\u0e7f]',
  GENERALPUNCTUATION: '[\\u2000-\\u206f]',
  CURRENCYSYMBOLS: '[\\u20a0-\\u20cf]',
  ARROWS: '[\\u2190-\\u21ff]',
  MATHEMATICALOPERATORS: '[\\u2200-\\u22ff]',
  BOXDRAWING: '[\\u2500-\\u257f]',
  HIRAGANA: '[\\u3040-\\u309f]',
  KATAKANA: '[\\u30a0-\\u30ff]',
  CJKUNIFIEDIDEOGRAPHS: '[\\u4e00-\\u9fff]',
  HANGULSYLLABLES: '[\\uac00-\\ud7af]',
  EMOTICONS: '[\\u{1f600}-\\u{1f64f}]',
}

const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

const found = (source: string | undefined): CodeTest | undefined =>
  source === undefined ? undefined : jsSet(source)

/** A general category or one of Java's own sets. */
export const namedSet = (name: string): CodeTest | undefined =>
  CATEGORY.test(name) ? jsSet(`\\p{${name}}`) : found(own(SETS, name))

export const posixUnicodeSet = (name: string): CodeTest | undefined => {
  const property = own(UNICODE_POSIX, name)
  return property === undefined ? undefined : found(own(BINARY, property))
}

export const binaryProperty = (name: string): CodeTest | undefined => found(own(BINARY, name.toUpperCase()))

export const block = (name: string): CodeTest | undefined =>
  found(own(BLOCKS, name.toUpperCase().replace(/[\s_-]/g, '')))

const SCRIPT_NAME = /^[A-Za-z]+(?:_[A-Za-z]+)*$/

/** By full name or four-letter code, in any case. */
export function script(name: string): CodeTest | undefined {
  if (!SCRIPT_NAME.test(name)) return undefined
  const canonical = name.toLowerCase().replace(/(?:^|_)[a-z]/g, (start) => start.toUpperCase())
  try {
    return jsSet(`\\p{Script=${canonical}}`)
  } catch {
    return undefined
  }
}
