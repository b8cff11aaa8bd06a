/** Dates (spec/stdlib.md §8). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Num } from '#src/fql/eval/operators.ts'
import {
  type CivilDate,
  civilOf,
  dayOfWeek,
  dayOfYear,
  epochDayOfNanos,
  MAX_EPOCH_DAY,
  MIN_EPOCH_DAY,
  parseDate,
} from '#src/fql/values/calendar.ts'
import { trimSpace } from '#src/fql/values/number-text.ts'
import { DateValue, Double, TimeValue } from '#src/fql/values/value.ts'
import { field, method } from './declare.ts'
import { declareModule } from './module.ts'
import { valueType } from './value-type.ts'

function fromString(_ctx: Context, _self: unknown, date: string): DateValue {
  const day = parseDate(date)
  if (day === undefined) throw fail.invalidDate(`\`${date}\` is not a valid date.`)
  return new DateValue(day)
}

/** Doubles are rounded half up; NaN counts as nothing. */
const wholeDays = (amount: Num): number =>
  amount instanceof Double ? Math.round(amount.value) || 0 : Number(amount)

/** `add` and `subtract`: days are the only unit. */
const shift =
  (direction: 1 | -1) =>
  (_ctx: Context, self: DateValue, amount: Num, unit: string): DateValue => {
    const name = trimSpace(unit)
    if (name !== 'day' && name !== 'days') throw fail.invalidUnit(unit, 'date')
    const day = self.epochDay + direction * wholeDays(amount)
    if (day > MAX_EPOCH_DAY) throw fail.invalidDate('Date exceeds the maximum value.')
    if (day < MIN_EPOCH_DAY) throw fail.invalidDate('Date exceeds the minimum value.')
    return new DateValue(day)
  }

const today = (ctx: Context): DateValue =>
  new DateValue(epochDayOfNanos(TimeValue.ofMicros(ctx.host.snapshotTs).nanos))

const dateField = (name: string, part: keyof CivilDate) =>
  field(`${name}: Number`, (_ctx, self: DateValue) => civilOf(self.epochDay)[part])

export const dateType = valueType({
  name: 'Date',
  fields: [
    dateField('year', 'year'),
    dateField('month', 'month'),
    dateField('dayOfMonth', 'day'),
    field('dayOfWeek: Number', (_ctx, self: DateValue) => dayOfWeek(self.epochDay)),
    field('dayOfYear: Number', (_ctx, self: DateValue) => dayOfYear(self.epochDay)),
  ],
  methods: [
    method('add(amount: Number, unit: String) => Date', shift(1)),
    method('subtract(amount: Number, unit: String) => Date', shift(-1)),
    method('difference(start: Date) => Number', (_ctx, self: DateValue, start: DateValue) =>
      BigInt(self.epochDay - start.epochDay),
    ),
  ],
})

export const dateModule = declareModule({
  name: 'Date',
  apply: method('apply(date: String) => Date', fromString),
  methods: [method('fromString(date: String) => Date', fromString), method('today() => Date', today)],
})
