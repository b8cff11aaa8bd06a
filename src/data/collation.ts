/**
 * Order of strings in indexes (spec/data.md §5.6): as the root collation of Unicode has it for Latin text. Letters come
 * in alphabetical order with their accents and cases as tie-breakers (a < A < á < b), punctuation before digits before
 * letters; other scripts by code unit. Our own rules, not the run time's: a store must not change its order with the
 * version of ICU below it.
 */

/** ASCII characters in the order of the root collation, without letters and digits. */
const PUNCTUATION = '\t\n\v\f\r _-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$'
const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Weights below this tell levels apart. */
const FIRST_WEIGHT = 3

/** Primary weights of ASCII: all below 128, so that other characters can weigh their code unit. */
const WEIGHTS = new Uint16Array(128)
let weight = FIRST_WEIGHT
const isListed = (c: string): boolean => (PUNCTUATION + DIGITS + LETTERS).includes(c.toLowerCase())
// Control characters that are not white space come before everything, in their own order.
for (let i = 0; i < 128; i++) if (!isListed(String.fromCharCode(i))) WEIGHTS[i] = weight++
for (const c of PUNCTUATION + DIGITS + LETTERS) WEIGHTS[c.charCodeAt(0)] = weight++
for (const c of LETTERS) WEIGHTS[c.toUpperCase().charCodeAt(0)] = WEIGHTS[c.charCodeAt(0)] as number

const PLAIN = /^[a-z0-9 ]*$/
const COMBINING = /\p{M}/u

/** Separates the levels: below every weight, so that a proper prefix sorts first. */
const LEVEL = '\0'
/** Tie-breakers of a character without accent, in lower case; and of one in upper case. */
const NONE = '\u0001'
const UPPER = '\u0002'
const TRAILING_NONE = /\u0001+$/

/**
 * A text whose order by code unit is the collation of `s`. Different strings have different keys; the key of a prefix is
 * not a prefix of the key.
 */
export function collationKey(s: string): string {
  if (PLAIN.test(s)) return primaries(s)
  const decomposed = s.normalize('NFD')
  let base = ''
  let accents = ''
  let cases = ''
  for (const c of decomposed) {
    if (COMBINING.test(c)) {
      accents += c
      continue
    }
    const lower = c.toLowerCase()
    base += lower.length === c.length ? lower : c
    accents += NONE.repeat(c.length)
    cases += lower !== c && lower.length === c.length ? UPPER : NONE.repeat(c.length)
  }
  const levels = [accents, cases].map((level) => level.replace(TRAILING_NONE, ''))
  // Composed and decomposed forms of one text differ in nothing else.
  const form = decomposed === s ? '' : NONE
  if (levels.every((level) => level === '') && form === '') return primaries(base)
  return [primaries(base), ...levels, form].join(LEVEL)
}

function primaries(s: string): string {
  let out = ''
  for (let i = 0; i < s.length; i++) {
    const unit = s.charCodeAt(i)
    out += String.fromCharCode(unit < 128 ? (WEIGHTS[unit] as number) : unit)
  }
  return out
}
