import { describe, expect, it } from 'vitest'
import { show } from '#src/fql/testing/run.ts'

const LATE = 'invalid_time: Time exceeds the maximum value.'
const EARLY = 'invalid_time: Time exceeds the minimum value.'

describe('Time', () => {
  it.each([
    ["Time('2023-02-10T12:00:00+02:00')", 'Time("2023-02-10T10:00:00Z")'],
    ["Time.fromString('noon')", 'invalid_time: `noon` is not a valid time.'],
    ["Time.epoch(1.5, 'seconds')", 'Time("1970-01-01T00:00:01.500Z")'],
    ["Time.epoch(-1, 'day')", 'Time("1969-12-31T00:00:00Z")'],
    ["Time.epoch(1, 'weeks')", 'invalid_unit: `weeks` is not a valid time unit.'],
    ["Time.epoch(1e300, 'days')", LATE],
    [
      "let t = Time('2024-02-29T23:58:59Z'); [t.year, t.month, t.dayOfMonth, t.dayOfWeek, t.dayOfYear, t.hour, t.minute, t.second]",
      '[2024, 2, 29, 4, 60, 23, 58, 59]',
    ],
    ["Time('1969-12-31T23:59:59.999Z').toSeconds()", '-1'],
    ["Time('1969-12-31T23:59:59.9999Z').toMillis()", '-1'],
    ["Time('2024-05-06T07:08:09.123456Z').toMicros()", '1714979289123456'],
    ["Time('2024-01-01T00:00:00Z').add(0.5, 'minutes')", 'Time("2024-01-01T00:00:30Z")'],
    ["Time('2024-01-01T00:00:00Z').add(-0.5, ' day ')", 'Time("2023-12-31T12:00:00Z")'],
    ["Time('2024-01-01T00:00:00Z').subtract(1, 'half day')", 'Time("2023-12-31T12:00:00Z")'],
    ["Time('2024-01-01T00:00:00Z').add(1, 'nanosecond')", 'Time("2024-01-01T00:00:00.000000001Z")'],
    ["Time('2024-01-01T00:00:00Z').add(1, 'Days')", 'invalid_unit: `Days` is not a valid time unit.'],
    ["Time('+999999999-12-31T23:59:59Z').add(1, 'day')", LATE],
    ["Time('+999999999-12-31T23:59:59Z').subtract(-1, 'day')", LATE],
    ["Time('-999999999-01-01T00:00:00Z').add(-1, 'day')", EARLY],
    ["Time('-999999999-01-01T00:00:00Z').add(-9223372036854775807, 'days')", LATE],
    ["Time('2024-01-01T00:00:00Z').subtract(9223372036854775807, 'days')", EARLY],
    ["Time('2024-01-01T00:00:00Z').add(Math.NaN, 'days')", LATE],
    ["Time.epoch(0, 'day').add(9223372036854775807.0, 'nanoseconds')", 'Time("2262-04-11T23:47:16.854776Z")'],
    [
      "Time('+999999999-12-31T23:59:59Z').subtract(63113903968377590000.0, 'milliseconds')",
      'Time("-999999999-01-01T00:00:09Z")',
    ],
    ["Time('2024-01-02T00:00:00Z').difference(Time('2024-01-01T12:00:01Z'), 'hours')", '11'],
    ["Time('2024-01-01T00:00:00Z').difference(Time('2024-01-01T01:30:00Z'), 'hours')", '-1'],
    ['Time.now() == Time.now()', 'true'],
    ['Time.now()', 'Time("2023-11-14T22:13:20Z")'],
    ["Time('2023-02-10T12:01:19.5Z').toString()", '"2023-02-10T12:01:19.500Z"'],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })
})

describe('Date', () => {
  it.each([
    ["Date('2024-02-29')", 'Date("2024-02-29")'],
    ["Date.fromString('2023-02-29')", 'invalid_date: `2023-02-29` is not a valid date.'],
    ['Date.today()', 'Date("2023-11-14")'],
    [
      "let d = Date('2024-12-31'); [d.year, d.month, d.dayOfMonth, d.dayOfWeek, d.dayOfYear]",
      '[2024, 12, 31, 2, 366]',
    ],
    ["[0.5, -0.5, 1.5, -1.5].map(n => Date('2024-01-10').add(n, 'days').dayOfMonth)", '[11, 10, 12, 9]'],
    ["Date('2024-03-01').subtract(1, 'day')", 'Date("2024-02-29")'],
    ["Date('2024-03-01').add(1, 'half day')", 'invalid_unit: `half day` is not a valid date unit.'],
    ["Date('+999999999-12-31').add(1, 'day')", 'invalid_date: Date exceeds the maximum value.'],
    ["Date('2024-03-01').add(Math.NaN, 'day')", 'Date("2024-03-01")'],
    ["Date('2024-03-01').difference(Date('2024-02-01'))", '29'],
    ["Date('+10000-01-01').toString()", '"+10000-01-01"'],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })
})
