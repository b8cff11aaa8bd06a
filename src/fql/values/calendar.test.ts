import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  civilOf,
  dayOfWeek,
  dayOfYear,
  epochDayOf,
  formatDate,
  formatTime,
  MAX_EPOCH_DAY,
  MAX_TIME_NANOS,
  MIN_EPOCH_DAY,
  MIN_TIME_NANOS,
  parseDate,
  parseTime,
} from './calendar.ts'

describe('times', () => {
  it.each([
    ['2023-02-10T12:00Z', '2023-02-10T12:00:00Z'],
    ['2023-02-10T12:00:00+02:00', '2023-02-10T10:00:00Z'],
    ['2023-02-10T12:00:00+0200', '2023-02-10T10:00:00Z'],
    ['2023-02-10T12:00:00-00:00:01', '2023-02-10T12:00:01Z'],
    ['2023-02-10t12:00:00z', '2023-02-10T12:00:00Z'],
    ['2023-02-10T24:00:00Z', '2023-02-11T00:00:00Z'],
    ['2023-02-31T00:00:00Z', '2023-02-28T00:00:00Z'],
    ['2023-04-31T00:00:00Z', '2023-04-30T00:00:00Z'],
    ['2023-02-10T12:01:19.5Z', '2023-02-10T12:01:19.500Z'],
    ['2023-02-10T12:01:19.000005Z', '2023-02-10T12:01:19.000005Z'],
    ['1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
    ['2023-02-10T12:01:19.Z', '2023-02-10T12:01:19Z'],
    ['+12345-01-01T00:00:00Z', '+12345-01-01T00:00:00Z'],
    ['-0001-06-01T00:00:00Z', '-0001-06-01T00:00:00Z'],
    ['+999999999-12-31T23:59:59.999999999Z', '+999999999-12-31T23:59:59.999999999Z'],
    ['-999999999-01-01T00:00:00Z', '-999999999-01-01T00:00:00Z'],
  ])('%s means %s', (text, canonical) => {
    expect(formatTime(parseTime(text) as bigint)).toBe(canonical)
  })

  it.each([
    '2023-01-32T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-02-10T23:59:60Z',
    '2023-02-10T24:00:01Z',
    '2023-02-10T12:00:00',
    '2023-02-10T12:00:00+02',
    '2023-02-10 12:00:00Z',
    '2023-02-10',
    '2023-02-10T12:00:00.1234567890Z',
    '2023-2-10T12:00:00Z',
    '2023-02-10T12:00:00Z[UTC]',
    ' 2023-02-10T12:00:00Z',
    '12345-02-10T12:00:00Z',
    '+2023-02-10T12:00:00Z',
    '-0000-02-10T12:00:00Z',
    '2023-02-10T12:00:00+18:01',
    '2023-02-10T12:00:00Z\n',
    '',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toBeUndefined()
  })

  it('reads what it prints', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: MIN_TIME_NANOS, max: MAX_TIME_NANOS }),
        (n) => parseTime(formatTime(n)) === n,
      ),
    )
  })
})

describe('dates', () => {
  it.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11016],
    ['0000-01-01', -719528],
  ])('%s is day %i', (text, day) => {
    expect(parseDate(text)).toBe(day)
    expect(formatDate(day)).toBe(text)
  })

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2023-04-31',
    '2023-00-01',
    '10000-01-01',
    '2023-1-1',
    '2023-01-01T00:00Z',
    '',
  ])('%j is none', (text) => {
    expect(parseDate(text)).toBeUndefined()
  })

  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_EPOCH_DAY, max: MAX_EPOCH_DAY }), (day) => {
        expect(epochDayOf(civilOf(day))).toBe(day)
        expect(parseDate(formatDate(day))).toBe(day)
      }),
    )
  })

  it('agrees with the JS calendar where that one reaches', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_000_000, max: 3_000_000 }), (day) => {
        const js = new Date(day * 86_400_000)
        expect(civilOf(day)).toEqual({
          year: js.getUTCFullYear(),
          month: js.getUTCMonth() + 1,
          day: js.getUTCDate(),
        })
        expect(dayOfWeek(day)).toBe(js.getUTCDay() || 7)
      }),
    )
  })

  it('counts the days of the year', () => {
    expect([dayOfYear(0), dayOfYear(-1), dayOfYear(parseDate('2000-12-31') as number)]).toEqual([1, 365, 366])
  })
})
