/** Classes of characters, by UTF-16 code (spec/language.md §1.1, §1.2). End of input is -1 and in no class. */

export const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39

export const isHexDigit = (c: number): boolean =>
  isDigit(c) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46)

/** `[a-zA-Z_]` */
export const isNameStart = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x5f

/** `[a-zA-Z0-9_']` */
export const isNameRest = (c: number): boolean => isNameStart(c) || isDigit(c) || c === 0x27

/** SPACE, TAB */
export const isBlank = (c: number): boolean => c === 0x20 || c === 0x09

/** LF, CR */
export const isLineEnd = (c: number): boolean => c === 0x0a || c === 0x0d

/**
 * May stand raw in strings and comments. Controls, and the format characters that can make text look like other text,
 * may not.
 */
export const isDisplayable = (c: number): boolean => {
  if (c < 0x20) return c >= 0x09 && c <= 0x0d
  if (c < 0x7f) return true
  if (c === 0x7f) return false
  if (c < 0x2000) return true
  if (c <= 0x206f) return !(c <= 0x200f || (c >= 0x2028 && c <= 0x202f) || c >= 0x2060)
  return c < 0xfff0 && c !== 0xfeff
}
