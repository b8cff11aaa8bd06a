/** Texts of tagged scalars; undefined when they cannot be read (protocol §4.4). */
import { parseDate, parseTime } from '#src/fql/values/calendar.ts'
import { parseDouble } from '#src/fql/values/number-text.ts'
import { BytesValue, DateValue, Double, TimeValue } from '#src/fql/values/value.ts'

export function readDouble(text: string): Double | undefined {
  const n = parseDouble(text)
  return n === undefined ? undefined : new Double(n)
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
