/** Times (spec/stdlib.md §7). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { OBSERVATION } from '#src/fql/eval/effect.ts'
import { type Num, normalise } from '#src/fql/eval/operators.ts'
import {
  type CivilDate,
  type ClockTime,
  civilOf,
  clockOf,
  dayOfWeek,
  dayOfYear,
  epochDayOfNanos,
  floorDiv,
  MAX_TIME_NANOS,
  MIN_TIME_NANOS,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  parseTime,
} from '#src/fql/values/calendar.ts'
import { wholeDigits } from '#src/fql/values/double-text.ts'
import { Double, TimeValue } from '#src/fql/values/value.ts'
import { field, method } from './declare.ts'
import { declareModule } from './module.ts'
import { nanosOfUnit } from './time-units.ts'
import { valueType } from './value-type.ts'

function requireUnit(unit: string): bigint {
  const nanos = nanosOfUnit(unit)
  if (nanos === undefined) throw fail.invalidUnit(unit, 'time')
  return nanos
}

const tooLate = () => fail.invalidTime('Time exceeds the maximum value.')
const tooEarly = () => fail.invalidTime('Time exceeds the minimum value.')

/** Instants that the reference can compute: a leap year around the range of times. */
const COMPUTABLE_MARGIN = 366n * NANOS_PER_DAY
const isComputable = (nanos: bigint): boolean =>
  nanos >= MIN_TIME_NANOS - COMPUTABLE_MARGIN && nanos <= MAX_TIME_NANOS + COMPUTABLE_MARGIN

/**
 * Of a Double, the whole units are those of its decimal text (9.223372036854776E18 is 9223372036854776000), and the
 * fraction is cut off to nanoseconds. Undefined: not finite.
 */
function nanosOf(amount: Num, unit: bigint): bigint | undefined {
  if (!(amount instanceof Double)) return BigInt(amount) * unit
  const size = Math.abs(amount.value)
  if (!Number.isFinite(size)) return undefined
  const units = Math.floor(size)
  const nanos = BigInt(wholeDigits(units)) * unit + BigInt(Math.trunc((size - units) * Number(unit)))
  return amount.value < 0 ? -nanos : nanos
}

/** `add` (direction 1) and `subtract` (−1), with the failure of each where nothing can be computed. */
const shift =
  (direction: 1n | -1n, overflow: () => Error | unknown) =>
  (_ctx: Context, self: TimeValue, amount: Num, unit: string): TimeValue => {
    const offset = nanosOf(amount, requireUnit(unit))
    const nanos = offset === undefined ? undefined : self.nanos + direction * offset
    if (nanos === undefined || !isComputable(nanos)) throw overflow()
    if (nanos < MIN_TIME_NANOS) throw tooEarly()
    if (nanos > MAX_TIME_NANOS) throw tooLate()
    return new TimeValue(nanos)
  }

const LONG_MAX = 2 ** 63

/** Doubles are rounded to whole nanoseconds of 64 bits. */
function epoch(_ctx: Context, _self: unknown, offset: Num, unit: string): TimeValue {
  const each = requireUnit(unit)
  if (!(offset instanceof Double)) {
    const nanos = BigInt(offset) * each
    if (!isComputable(nanos)) throw nanos < 0n ? tooEarly() : tooLate()
    return new TimeValue(nanos)
  }
  const nanos = offset.value * Number(each)
  if (nanos < -LONG_MAX) throw tooEarly()
  if (!(nanos < LONG_MAX)) throw tooLate()
  return new TimeValue(BigInt(Math.round(nanos)))
}

function fromString(_ctx: Context, _self: unknown, time: string): TimeValue {
  const nanos = parseTime(time)
  if (nanos === undefined) throw fail.invalidTime(`\`${time}\` is not a valid time.`)
  return new TimeValue(nanos)
}

const difference = (_ctx: Context, self: TimeValue, start: TimeValue, unit: string): Num =>
  normalise((self.nanos - start.nanos) / requireUnit(unit))

const dateField = (name: string, part: keyof CivilDate) =>
  field(`${name}: Number`, (_ctx, self: TimeValue) => civilOf(epochDayOfNanos(self.nanos))[part])
const dayField = (name: string, of: (epochDay: number) => number) =>
  field(`${name}: Number`, (_ctx, self: TimeValue) => of(epochDayOfNanos(self.nanos)))
const clockField = (name: keyof ClockTime) =>
  field(`${name}: Number`, (_ctx, self: TimeValue) => clockOf(self.nanos)[name])

/** Whole units since 1970, rounded toward minus infinity. */
const since1970 = (name: string, unit: bigint) =>
  method(`${name}() => Number`, (_ctx, self: TimeValue) => normalise(floorDiv(self.nanos, unit)))

export const timeType = valueType({
  name: 'Time',
  fields: [
    dateField('year', 'year'),
    dateField('month', 'month'),
    dateField('dayOfMonth', 'day'),
    dayField('dayOfWeek', dayOfWeek),
    dayField('dayOfYear', dayOfYear),
    clockField('hour'),
    clockField('minute'),
    clockField('second'),
  ],
  methods: [
    // Micros of far years wrap around at 64 bits, as in the reference.
    method('toMicros() => Number', (_ctx, self: TimeValue) =>
      normalise(BigInt.asIntN(64, floorDiv(self.nanos, 1000n))),
    ),
    since1970('toMillis', 1_000_000n),
    since1970('toSeconds', NANOS_PER_SECOND),
    method('add(amount: Number, unit: String) => Time', shift(1n, tooLate)),
    method('subtract(amount: Number, unit: String) => Time', shift(-1n, tooEarly)),
    method('difference(start: Time, unit: String) => Number', difference),
  ],
})

export const timeModule = declareModule({
  name: 'Time',
  apply: method('apply(time: String) => Time', fromString),
  methods: [
    method('fromString(time: String) => Time', fromString),
    method('now() => Time', (ctx) => TimeValue.ofMicros(ctx.host.snapshotTs), { effect: OBSERVATION }),
    method('epoch(offset: Number, unit: String) => Time', epoch),
  ],
})
