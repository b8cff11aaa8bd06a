/** Texts of tagged scalars; undefined when they cannot be read (protocol §4.4). */
import { parseDate, parseTime } from '#src/fql/values/calendar.ts'
import { BytesValue, DateValue, Double, TimeValue } from '#src/fql/values/value.ts'

const INTEGER = /^[+-]?\d{1,32}$/

export function readInt(text: string): number | undefined {
  const n = INTEGER.test(text) ? Number(text) : Number.NaN
  return (n | 0) === n ? n | 0 : undefined
}

export function readLong(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  const n = BigInt(text.replace('+', ''))
  return BigInt.asIntN(64, n) === n ? n : undefined
}

/** As Java reads doubles, hexadecimal ones excepted. */
const DOUBLE = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/

export function readDouble(text: string): Double | undefined {
  const trimmed = text.trim()
  return DOUBLE.test(trimmed) ? new Double(Number(trimmed.replace(/[fFdD]$/, ''))) : undefined
}

export function readTime(text: string): TimeValue | undefined {
  const nanos = parseTime(text)
  return nanos === undefined ? undefined : new TimeValue(nanos)
}

export function readDate(text: string): DateValue | undefined {
  const day = parseDate(text)
  return day === undefined ? undefined : new DateValue(day)
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** Padding may be left out, but not be wrong. */
export function readBytes(text: string): BytesValue | undefined {
  const digits = text.replace(/=+$/, '').length
  const padded = digits < text.length
  if (!BASE64.test(text) || digits % 4 === 1 || (padded && text.length % 4 !== 0)) return undefined
  return new BytesValue(new Uint8Array(Buffer.from(text, 'base64')))
}
