import { describe, expect, it } from 'vitest'
import { show } from '#src/fql/testing/run.ts'

describe('Math', () => {
  it.each([
    ['[Math.E, Math.PI, Math.NaN, Math.Infinity]', '[2.718281828459045, 3.141592653589793, NaN, Infinity]'],
    [
      '[Math.abs(-3), Math.abs(-2.5), Math.abs(-2147483648), Math.abs(-3000000000)]',
      '[3, 2.5, -2147483648, 3000000000]',
    ],
    ['Math.acos(2)', 'invalid_argument: invalid argument `x`: argument must lie in [-1, 1]'],
    ['Math.asin(Math.NaN)', 'NaN'],
    ['[Math.ceil(1.2), Math.floor(-1.2), Math.floor(7)]', '[2.0, -2.0, 7]'],
    ['[Math.degrees(Math.PI), Math.radians(180), Math.hypot(3, 4)]', '[180.0, 3.141592653589793, 5.0]'],
    ['Math.log(0)', 'invalid_argument: invalid argument `x`: x must be positive'],
    ['[Math.log(Math.NaN), Math.log10(1000)]', '[NaN, 3.0]'],
    [
      '[Math.max(1, 1.0), Math.min(2.0, 2), Math.max(Math.NaN, 5), Math.min(0.0, -0.0)]',
      '[1, 2.0, NaN, -0.0]',
    ],
    ['[Math.mean([1, 2, 3, 4]), Math.mean([1, 2, 3, 4].toSet()), Math.mean([])]', '[2.5, 2, NaN]'],
    ['Math.mean([].toSet())', 'divide_by_zero: Attempted integer division by zero.'],
    ['Math.mean(["a"])', 'invalid_argument: invalid argument `numbers`: all array elements must be numbers'],
    ['[Math.pow(2, 5), Math.pow(2, -1)]', '[32.0, 0.5]'],
    ['[Math.sign(-0.0), Math.sign(0), Math.sign(Math.NaN), Math.sign(-9.5)]', '[-1, 0, 1, -1]'],
    ['Math.sqrt(-1)', 'invalid_argument: invalid argument `x`: x must be nonnegative'],
    ['[Math.sum([]), Math.sum([1, 2.5]), Math.sum([2147483647, 1].toSet())]', '[0, 3.5, 2147483648]'],
    [
      'Math.sum(1)',
      'invalid_argument: expected arguments to `sum` of type (Array<Any>) | (Set<Any>), received (Int)',
    ],
    ['[Math.round(12.345, 2), Math.round(12.345, -1), Math.round(1250, -2)]', '[12.35, 10.0, 1300]'],
    [
      '[Math.round(-12.7, 0), Math.round(-2.5, 0), Math.round(-7, 0), Math.round(-1260, -2)]',
      '[-12.0, -2.0, -6, -1200]',
    ],
    ['[Math.round(1.005, 2), Math.round(5, 3), Math.round(0.5, 0)]', '[1.0, 5, 1.0]'],
    ['[Math.trunc(-12.7, 0), Math.trunc(12.349, 2), Math.trunc(1299, -2)]', '[-12.0, 12.34, 1200]'],
    ['[Math.round(1.5, 20), Math.round(Math.NaN, 0)]', '[1.5000000002328306, 0.0]'],
    [
      'Math.round(1)',
      'invalid_function_invocation: callee function expects exactly 2 arguments, but 1 was provided.',
    ],
    ['Math.toString()', 'invalid_function_invocation: The function `toString` does not exist on `Math`'],
    ['Math.abs("1")', 'invalid_argument: expected value for `x` of type Number, received String'],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })
})
