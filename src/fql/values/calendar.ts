/**
 * The proleptic Gregorian calendar in UTC and the texts of times and dates (spec/stdlib.md §7, §8). JS `Date` ends at
 * the year 275760 and at milliseconds; FQL goes to the year ±999999999 and to nanoseconds.
 */
import type { TimeValue } from './value.ts'

export const NANOS_PER_SECOND = 1_000_000_000n
export const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND
const MAX_YEAR = 999_999_999

export interface CivilDate {
  readonly year: number
  /** 1–12 */
  readonly month: number
  /** 1–31 */
  readonly day: number
}

export interface ClockTime {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nano: number
}

/** Days before the first of each month of a common year. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const
/** From 0001-01-01 to 1970-01-01. */
const DAYS_TO_EPOCH = 719_162
const MEAN_YEAR_DAYS = 365.2425

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

function daysBeforeYear(year: number): number {
  const full = year - 1
  return full * 365 + Math.floor(full / 4) - Math.floor(full / 100) + Math.floor(full / 400) - DAYS_TO_EPOCH
}

function daysBeforeMonth(year: number, month: number): number {
  return (DAYS_BEFORE_MONTH[month - 1] as number) + (month > 2 && isLeap(year) ? 1 : 0)
}

const daysInMonth = (year: number, month: number): number =>
  month === 12 ? 31 : daysBeforeMonth(year, month + 1) - daysBeforeMonth(year, month)

/** Days since 1970-01-01 of a valid date. */
export const epochDayOf = (date: CivilDate): number =>
  daysBeforeYear(date.year) + daysBeforeMonth(date.year, date.month) + date.day - 1

function yearOf(epochDay: number): number {
  let year = Math.floor((epochDay + DAYS_TO_EPOCH) / MEAN_YEAR_DAYS) + 1
  while (daysBeforeYear(year) > epochDay) year--
  while (daysBeforeYear(year + 1) <= epochDay) year++
  return year
}

export function civilOf(epochDay: number): CivilDate {
  const year = yearOf(epochDay)
  const inYear = epochDay - daysBeforeYear(year)
  let month = 1
  while (month < 12 && daysBeforeMonth(year, month + 1) <= inYear) month++
  return { year, month, day: inYear - daysBeforeMonth(year, month) + 1 }
}

/** 1–366 */
export const dayOfYear = (epochDay: number): number => epochDay - daysBeforeYear(yearOf(epochDay)) + 1

/** 1 = Monday … 7 = Sunday; 1970-01-01 was a Thursday. */
export const dayOfWeek = (epochDay: number): number => ((((epochDay + 3) % 7) + 7) % 7) + 1

/** Division that rounds toward minus infinity; the divisor is positive. */
export function floorDiv(n: bigint, divisor: bigint): bigint {
  const quotient = n / divisor
  return quotient * divisor > n ? quotient - 1n : quotient
}

/** The day of an instant given in nanoseconds. */
export const epochDayOfNanos = (nanos: bigint): number => Number(floorDiv(nanos, NANOS_PER_DAY))

export function clockOf(nanos: bigint): ClockTime {
  const seconds = floorDiv(nanos, NANOS_PER_SECOND)
  const nano = Number(nanos - seconds * NANOS_PER_SECOND)
  const ofDay = Number(seconds - floorDiv(seconds, 86_400n) * 86_400n)
  return { hour: Math.floor(ofDay / 3600), minute: Math.floor(ofDay / 60) % 60, second: ofDay % 60, nano }
}

const digits = (n: number, width: number): string => String(n).padStart(width, '0')

function formatYear(year: number): string {
  const text = digits(Math.abs(year), 4)
  return year < 0 ? `-${text}` : year > 9999 ? `+${text}` : text
}

/** `2023-03-02`; five and more digits of a year carry a sign. */
export function formatDate(epochDay: number): string {
  const { year, month, day } = civilOf(epochDay)
  return `${formatYear(year)}-${digits(month, 2)}-${digits(day, 2)}`
}

/** With 0, 3, 6 or 9 digits: the fewest that lose nothing. */
function formatFraction(nano: number): string {
  if (nano === 0) return ''
  if (nano % 1_000_000 === 0) return `.${digits(nano / 1_000_000, 3)}`
  return nano % 1000 === 0 ? `.${digits(nano / 1000, 6)}` : `.${digits(nano, 9)}`
}

/** 9999-01-01. Up to here `Date` knows the calendar, from 1970 on, and is several times as quick. */
const FAR_FUTURE_NANOS = 253_370_764_800_000_000_000n

function formatNear(nanos: bigint): string {
  const seconds = Number(nanos / 1_000_000_000n)
  const fraction = Number(nanos - BigInt(seconds) * 1_000_000_000n)
  const iso = new Date(seconds * 1000).toISOString()
  return `${iso.slice(0, 19)}${formatFraction(fraction)}Z`
}

/** `2023-02-10T12:01:19.500Z` from nanoseconds since 1970. */
export function formatTime(nanos: bigint): string {
  if (nanos >= 0n && nanos < FAR_FUTURE_NANOS) return formatNear(nanos)
  const { hour, minute, second, nano } = clockOf(nanos)
  const clock = `${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}${formatFraction(nano)}`
  return `${formatDate(epochDayOfNanos(nanos))}T${clock}Z`
}

const YEAR = '(\\d{4}|\\+\\d{5,9}|-\\d{4,9})'
const DATE = new RegExp(`^${YEAR}-(\\d\\d)-(\\d\\d)$`)
const TIME = new RegExp(
  `^${YEAR}-(\\d\\d)-(\\d\\d)T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{0,9}))?)?` +
    '(?:Z|([+-])(\\d\\d)(?::(\\d\\d)(?::(\\d\\d))?|(\\d\\d)))$',
  'i',
)

function parseYear(text: string): number | undefined {
  const year = Number(text)
  return Math.abs(year) > MAX_YEAR || Object.is(year, -0) ? undefined : year
}

/** A date whose day may lie beyond the end of its month, but not beyond the 31st. */
function looseDate(year: string, month: string, day: string): CivilDate | undefined {
  const date = { year: parseYear(year) as number, month: Number(month), day: Number(day) }
  if (date.year === undefined || date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
    return undefined
  return date
}

/** Days since 1970, or undefined for what is no date: strict `yyyy-MM-dd`. */
export function parseDate(text: string): number | undefined {
  const [, year, month, day] = DATE.exec(text) ?? []
  const date = looseDate(year ?? '', month ?? '', day ?? '')
  return date && date.day <= daysInMonth(date.year, date.month) ? epochDayOf(date) : undefined
}

/** Seconds of the day; 24:00:00 is allowed, 24:00:01 and leap seconds are not. */
function secondOfDay(hour: number, minute: number, second: number, nano: number): number | undefined {
  if (hour > 24 || minute > 59 || second > 59) return undefined
  if (hour === 24 && (minute > 0 || second > 0 || nano > 0)) return undefined
  return hour * 3600 + minute * 60 + second
}

const MAX_OFFSET = 18 * 3600

function offsetSeconds(sign: string | undefined, h = '0', m = '0', s = '0'): number | undefined {
  const total = Number(h) * 3600 + Number(m) * 60 + Number(s)
  if (Number(m) > 59 || Number(s) > 59 || total > MAX_OFFSET) return undefined
  return sign === '-' ? -total : total
}

/**
 * Nanoseconds since 1970, or undefined for what is no time (spec/stdlib.md §7.1). An offset is required; the days 29 to
 * 31 of a shorter month mean its last day.
 */
export function parseTime(text: string): bigint | undefined {
  const m = TIME.exec(text)
  if (!m) return undefined
  const date = looseDate(m[1] as string, m[2] as string, m[3] as string)
  const nano = Number((m[7] ?? '').padEnd(9, '0'))
  const clock = secondOfDay(Number(m[4]), Number(m[5]), Number(m[6] ?? 0), nano)
  const offset = offsetSeconds(m[8], m[9], m[10] ?? m[12], m[11])
  if (!date || clock === undefined || offset === undefined) return undefined
  const day = Math.min(date.day, daysInMonth(date.year, date.month))
  const midnight = BigInt(epochDayOf({ ...date, day })) * NANOS_PER_DAY
  return midnight + BigInt(clock - offset) * NANOS_PER_SECOND + BigInt(nano)
}

/** The nanoseconds of the first and last instant that `add` and `subtract` may answer. */
export const MIN_TIME_NANOS = BigInt(epochDayOf({ year: -MAX_YEAR, month: 1, day: 1 })) * NANOS_PER_DAY
export const MAX_TIME_NANOS =
  BigInt(epochDayOf({ year: MAX_YEAR, month: 12, day: 31 }) + 1) * NANOS_PER_DAY - 1n
/** Days of the same range. */
export const MIN_EPOCH_DAY = epochDayOf({ year: -MAX_YEAR, month: 1, day: 1 })
export const MAX_EPOCH_DAY = epochDayOf({ year: MAX_YEAR, month: 12, day: 31 })

/** The ISO text of a time; made once. */
export function timeText(time: TimeValue): string {
  time.text ??= formatTime(time.nanos)
  return time.text
}
