/** Which scalar types a literal or a named scalar fits (spec/language.md §3.2, subtyping). */
import { placeDecimals } from '#src/fql/syntax/print.ts'
import type { FloatText, LiteralType, LiteralValue, NamedType } from '#src/fql/types/type.ts'
import { named } from '#src/fql/types/type.ts'

const INT_MIN = -(2n ** 31n)
const INT_MAX = 2n ** 31n - 1n
const LONG_MIN = -(2n ** 63n)
const LONG_MAX = 2n ** 63n - 1n

const fitsInt = (value: bigint): boolean => value >= INT_MIN && value <= INT_MAX
const fitsLong = (value: bigint): boolean => value >= LONG_MIN && value <= LONG_MAX

export const isFloat = (value: LiteralValue): value is FloatText => typeof value === 'object'

/** Whether the literal is a value of the named scalar. */
export const literalFits = (value: LiteralValue, name: string): boolean => {
  if (typeof value === 'boolean') return name === 'Boolean'
  if (typeof value === 'string') return name === 'String' || name === 'ID'
  if (isFloat(value)) return name === 'Double' || name === 'Float' || name === 'Number'
  return integerFits(value, name)
}

const integerFits = (value: bigint, name: string): boolean => {
  switch (name) {
    case 'Number':
    case 'Double':
    case 'Float':
      return true
    case 'Int':
      return fitsInt(value)
    case 'Long':
    case 'ID':
      return fitsLong(value)
    default:
      return false
  }
}

/** Whether every value of the scalar `lower` is one of the different scalar `upper`. */
export const scalarFits = (lower: string, upper: string): boolean => {
  switch (upper) {
    case 'Number':
      return lower === 'Int' || lower === 'Long' || lower === 'Double' || lower === 'Float'
    case 'Long':
      return lower === 'Int'
    case 'ID':
      // Any text or number may turn out to be an id (spec/data.md §1.2).
      return lower === 'String' || lower === 'Number' || lower === 'Int' || lower === 'Long'
    case 'Double':
      return lower === 'Float'
    case 'Float':
      return lower === 'Double'
    default:
      return false
  }
}

const baseName = (value: LiteralValue): string => {
  if (typeof value === 'boolean') return 'Boolean'
  if (typeof value === 'string') return 'String'
  if (isFloat(value)) return 'Double'
  return fitsInt(value) ? 'Int' : fitsLong(value) ? 'Long' : 'Double'
}

/** The named type of which the literal is one value; keeps the place. */
export const widen = (type: LiteralType): NamedType => named(baseName(type.value), [], type.span)

export const sameLiteral = (a: LiteralValue, b: LiteralValue): boolean =>
  isFloat(a) && isFloat(b) ? a.float === b.float : a === b

/** Distinct for distinct literals. */
export const literalKey = (value: LiteralValue): string =>
  isFloat(value) ? `f${value.float}` : `${typeof value === 'string' ? 's' : 'l'}${value}`

const FLOAT = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** The text of a float literal as Java's BigDecimal writes it: `1e3` is `1E+3`, `1.50` stays `1.50`. */
export const canonicalFloat = (text: string): string => {
  const match = FLOAT.exec(text.replaceAll('_', '').replace(/\s/g, ''))
  if (!match) return text
  const fraction = match[3] ?? ''
  const digits = `${match[2]}${fraction}`.replace(/^0+(?=\d)/, '')
  const sign = match[1] === '-' && /[1-9]/.test(digits) ? '-' : ''
  return sign + placeDecimals(digits, BigInt(fraction.length) - BigInt(match[4]?.replace('+', '') ?? 0))
}
