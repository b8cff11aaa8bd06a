/** `Math` (spec/stdlib.md §9). */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import { arithmetic, type Num, toDouble, truncate } from '#src/fql/eval/operators.ts'
import { compareNumbers } from '#src/fql/values/order.ts'
import { END, SetValue } from '#src/fql/values/set.ts'
import { Double, isNumber, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, isPromise, repeat } from '#src/lib/eventual.ts'
import { field, method } from './declare.ts'
import { declareModule } from './module.ts'

const double = (n: number): Double => new Double(n)

/** A function of doubles. */
const real = (name: string, f: (x: number) => number): NativeDefinition =>
  method(`${name}(x: Number) => Number`, (_ctx, _self, x: Num) => double(f(toDouble(x))))

/** A function of doubles that is defined only where `allowed`. */
const partial = (
  name: string,
  allowed: (x: Num) => boolean,
  reason: string,
  f: (x: number) => number,
): NativeDefinition =>
  method(`${name}(x: Number) => Number`, (_ctx, _self, x: Num) => {
    if (!allowed(x)) throw fail.invalidArgument('x', reason)
    return double(f(toDouble(x)))
  })

/** Leaves integers as they are. */
const onDoubles = (name: string, f: (x: number) => number): NativeDefinition =>
  method(`${name}(x: Number) => Number`, (_ctx, _self, x: Num) =>
    x instanceof Double ? double(f(x.value)) : x,
  )

const inUnitRange = (x: Num): boolean => !(toDouble(x) < -1 || toDouble(x) > 1)
const UNIT_RANGE = 'argument must lie in [-1, 1]'
const isPositive = (x: Num): boolean => compareNumbers(x, 0) > 0
const isNonnegative = (x: Num): boolean => compareNumbers(x, 0) >= 0

/** Within the number's own width: the smallest Int and Long stay negative. */
function abs(_ctx: Context, _self: Value, x: Num): Num {
  if (x instanceof Double) return double(Math.abs(x.value))
  if (typeof x === 'number') return x < 0 ? -x | 0 : x
  return x < 0n ? BigInt.asIntN(64, -x) : x
}

/** 10^precision as a 32-bit integer, saturating. */
const scaleOf = (precision: number): number => Math.min(10 ** precision, 2 ** 31 - 1)
/** Truncation to 64 bits, as a double. */
const whole = (x: number): number => Number(truncate(double(x)))

/** Rounds to a power of ten at or before the point; `half` is 0.5 to round, 0 to cut off. */
const toPower = (x: number, precision: number, half: number): number =>
  whole(x * 10 ** precision + half) / 10 ** precision

/** Rounds digits behind the point: the whole part apart, so that large numbers do not overflow. */
function toFraction(x: number, precision: number, half: number): number {
  const scale = scaleOf(precision)
  const integer = whole(x)
  return integer + whole((x - integer + half / scale) * scale) / scale
}

/** `round` and `trunc`; the formulas of the reference, wrong for negative numbers as there (spec/stdlib.md §9). */
const rounding =
  (half: number) =>
  (_ctx: Context, _self: Value, x: Num, precision: number): Num => {
    if (!(x instanceof Double))
      return precision > 0 ? BigInt(x) : truncate(double(toPower(toDouble(x), precision, half)))
    if (precision > 0) return double(toFraction(x.value, precision, half))
    const rounded = toPower(x.value, precision, half)
    return double(half > 0 ? whole(rounded) : rounded)
  }

function requireNumber(v: Value): Num {
  if (isNumber(v)) return v
  throw fail.invalidArgument('numbers', 'all array elements must be numbers')
}

const sumOfArray = (numbers: readonly Value[]): Num =>
  numbers.reduce<Num>((sum, n) => arithmetic('+', sum, requireNumber(n)), 0)

/** Sum and count of a set, read to its end. */
function sumOfSet(ctx: Context, set: SetValue): Eventual<{ sum: Num; count: number }> {
  const iterator = set.iterate(ctx)
  const total = { sum: 0 as Num, count: 0 }
  const add = (v: Value | typeof END): Eventual<boolean> => {
    if (v === END) return false
    total.sum = arithmetic('+', total.sum, requireNumber(v))
    total.count++
    const pause = ctx.run.tick()
    return pause ? pause.then(() => true) : true
  }
  const done = repeat(() => {
    const next = iterator.next()
    return isPromise(next) ? next.then(add) : add(next)
  })
  return andThen(done, () => total)
}

function sum(ctx: Context, _self: Value, numbers: readonly Value[] | SetValue): Eventual<Num> {
  return numbers instanceof SetValue
    ? andThen(sumOfSet(ctx, numbers), (total) => total.sum)
    : sumOfArray(numbers)
}

/** Divides in doubles for an array, with the `/` operator for a set. */
function mean(ctx: Context, _self: Value, numbers: readonly Value[] | SetValue): Eventual<Num> {
  if (numbers instanceof SetValue)
    return andThen(sumOfSet(ctx, numbers), (total) => arithmetic('/', total.sum, total.count))
  return arithmetic('/', sumOfArray(numbers), double(numbers.length))
}

const pair = (name: string, y: string, f: (x: Num, y: Num) => Num): NativeDefinition =>
  method(`${name}(x: Number, ${y}: Number) => Number`, (_ctx, _self, a: Num, b: Num) => f(a, b))

const constant = (name: string, n: number) => field(`${name}: Number`, () => double(n))

const DEGREES_PER_RADIAN = 57.29577951308232
const RADIANS_PER_DEGREE = 0.017453292519943295

export const mathModule = declareModule({
  name: 'Math',
  fields: [
    constant('E', Math.E),
    constant('PI', Math.PI),
    constant('NaN', Number.NaN),
    constant('Infinity', Number.POSITIVE_INFINITY),
  ],
  methods: [
    method('abs(x: Number) => Number', abs),
    partial('acos', inUnitRange, UNIT_RANGE, Math.acos),
    partial('asin', inUnitRange, UNIT_RANGE, Math.asin),
    real('atan', Math.atan),
    onDoubles('ceil', Math.ceil),
    real('cos', Math.cos),
    real('cosh', Math.cosh),
    real('degrees', (x) => x * DEGREES_PER_RADIAN),
    real('exp', Math.exp),
    onDoubles('floor', Math.floor),
    pair('hypot', 'y', (x, y) => double(Math.hypot(toDouble(x), toDouble(y)))),
    partial('log', isPositive, 'x must be positive', Math.log),
    partial('log10', isPositive, 'x must be positive', Math.log10),
    pair('max', 'y', (x, y) => (compareNumbers(x, y) < 0 ? y : x)),
    method(['mean(numbers: Array<Number>) => Number', 'mean(numbers: Set<Number>) => Number'], mean),
    pair('min', 'y', (x, y) => (compareNumbers(x, y) <= 0 ? x : y)),
    pair('pow', 'power', (x, y) => double(toDouble(x) ** toDouble(y))),
    real('radians', (x) => x * RADIANS_PER_DEGREE),
    method('round(x: Number, precision: Int) => Number', rounding(0.5)),
    method('sign(x: Number) => Number', (_ctx, _self, x: Num) => Math.sign(compareNumbers(x, 0)) + 0),
    real('sin', Math.sin),
    real('sinh', Math.sinh),
    partial('sqrt', isNonnegative, 'x must be nonnegative', Math.sqrt),
    method(['sum(numbers: Array<Number>) => Number', 'sum(numbers: Set<Number>) => Number'], sum),
    real('tan', Math.tan),
    real('tanh', Math.tanh),
    method('trunc(x: Number, precision: Int) => Number', rounding(0)),
  ],
})
