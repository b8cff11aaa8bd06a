/** Reading numbers from strings (spec/stdlib.md §2.3). */
import { Double } from './value.ts'

export const MIN_RADIX = 2
export const MAX_RADIX = 36

const DECIMAL_DIGIT = /^\p{Nd}$/u
/** From the letters of a script to `a`: ASCII and full-width, both cases. */
const LETTER_STARTS = [0x41, 0x61, 0xff21, 0xff41] as const

/** The value of a Unicode decimal digit: digits of one script are ten in a row. */
function decimalValue(unit: number): number | undefined {
  if (!DECIMAL_DIGIT.test(String.fromCharCode(unit))) return undefined
  let value = 0
  while (value < 9 && DECIMAL_DIGIT.test(String.fromCharCode(unit - value - 1))) value++
  return value
}

function letterValue(unit: number): number | undefined {
  for (const start of LETTER_STARTS) if (unit >= start && unit < start + 26) return unit - start + 10
  return undefined
}

function digitValue(unit: number, radix: number): number | undefined {
  const value = unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : (letterValue(unit) ?? decimalValue(unit))
  return value !== undefined && value < radix ? value : undefined
}

const LONG_LIMIT = 2n ** 63n
/** What needs no look at single digits. */
const PLAIN = /^[+-]?[0-9]{1,19}$/

/** The integer of 64 bits that the text is, in that radix; undefined when it is none. */
export function parseInteger(text: string, radix = 10): bigint | undefined {
  if (radix === 10 && PLAIN.test(text)) return fitting(BigInt(text.startsWith('+') ? text.slice(1) : text))
  const negative = text.startsWith('-')
  const start = negative || text.startsWith('+') ? 1 : 0
  if (start === text.length) return undefined
  let magnitude = 0n
  for (let i = start; i < text.length; i++) {
    const digit = digitValue(text.charCodeAt(i), radix)
    if (digit === undefined) return undefined
    magnitude = magnitude * BigInt(radix) + BigInt(digit)
    if (magnitude > LONG_LIMIT) return undefined
  }
  return fitting(negative ? -magnitude : magnitude)
}

const fitting = (n: bigint): bigint | undefined => (BigInt.asIntN(64, n) === n ? n : undefined)

const fitsInt = (n: bigint): boolean => BigInt.asIntN(32, n) === n

export function parseInt32(text: string, radix = 10): number | undefined {
  const n = parseInteger(text, radix)
  return n !== undefined && fitsInt(n) ? Number(n) : undefined
}

const SPECIAL = /^([+-]?)(NaN|Infinity)$/
const DECIMAL = /^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?$/
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)[fFdD]?$/

/** The double that the text is in Java's syntax; undefined when it is none. */
export function parseDouble(text: string): number | undefined {
  const trimmed = trimSpace(text)
  const special = SPECIAL.exec(trimmed)
  if (special) return special[2] === 'NaN' ? Number.NaN : Number(trimmed)
  const decimal = DECIMAL.exec(trimmed)
  if (decimal) return Number(decimal[1])
  const hex = HEXADECIMAL.exec(trimmed)
  return hex ? hexadecimal(hex[1] ?? '', hex[2] ?? '', hex[3] ?? '', hex[4] ?? '') : undefined
}

function hexadecimal(sign: string, whole: string, fraction: string, exponent: string): number | undefined {
  if (whole === '' && fraction === '') return undefined
  const value = scale(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -value : value
}

/** Bits kept of a long mantissa; the last one says whether any of the dropped ones was set. */
const KEPT_BITS = 64

/** mantissa · 2^exponent, rounded once while it is not subnormal. */
function scale(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0
  const excess = mantissa.toString(16).length * 4 - KEPT_BITS
  if (excess <= 0) return Number(mantissa) * 2 ** exponent || scaleDown(Number(mantissa), exponent)
  const kept = mantissa >> BigInt(excess)
  const sticky = kept << BigInt(excess) === mantissa ? 0n : 1n
  return scaleDown(Number(kept | sticky), exponent + excess)
}

/** In two steps, as 2^exponent alone may underflow or overflow where the product does not. */
function scaleDown(n: number, exponent: number): number {
  const half = Math.trunc(exponent / 2)
  return n * 2 ** half * 2 ** (exponent - half)
}

/** Without the characters up to U+0020 at both ends. A loop, as a pattern would be quadratic on inner space. */
export function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}

/** Int, else Long, else Double; undefined when the text is no number. */
export function parseNumber(text: string): number | bigint | Double | undefined {
  const integer = parseInteger(text)
  if (integer !== undefined) return fitsInt(integer) ? Number(integer) : integer
  const double = parseDouble(text)
  return double === undefined ? undefined : new Double(double)
}
