import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeContext, show } from '#src/fql/testing/run.ts'
import { compareNumbers } from '#src/fql/values/order.ts'
import { Double, isNumber } from '#src/fql/values/value.ts'
import { arithmetic, normalise, truncate } from './operators.ts'

const shown = (cases: readonly (readonly [string, string])[]) =>
  it.each(cases)('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })

describe('numbers: the smallest of Int and Long, else Double', () => {
  shown([
    ['2147483647 + 1', '2147483648'],
    ['-2147483648 - 1', '-2147483649'],
    ['2147483648 - 1', '2147483647'],
    ['65536 * 65536', '4294967296'],
    ['2147483647 * 2147483647', '4611686014132420609'],
    ['9223372036854775807 + 1', '9.223372036854776E18'],
    ['9223372036854775807 * 2', '1.8446744073709552E19'],
    ['-9223372036854775807 - 2', '-9.223372036854776E18'],
    ['1 + 1.5', '2.5'],
    ['1.0 + 1', '2.0'],
    ['0 * -1', '0'],
    ['0.0 * -1', '-0.0'],
  ])
})

describe('division and remainder', () => {
  shown([
    ['7 / 2', '3'],
    ['-7 / 2', '-3'],
    ['7 % -2', '1'],
    ['-7 % 2', '-1'],
    ['-4 % 2', '0'],
    ['7 / 2.0', '3.5'],
    ['1.0 / 0', 'Infinity'],
    ['0 / 0.0', 'NaN'],
    ['1 / 0', 'divide_by_zero: Attempted integer division by zero.'],
    ['1 % 0', 'divide_by_zero: Attempted integer division by zero.'],
  ])
})

describe('powers', () => {
  shown([
    ['2 ** 10', '1024'],
    ['2 ** 62', '4611686018427387904'],
    ['2 ** 63', '9.223372036854776E18'],
    ['2 ** -1', '0.5'],
    ['0 ** 0', '1'],
    ['0 ** 99999999999', '0'],
    ['0 ** -1', 'Infinity'],
    ['(-1) ** 99999999999', '-1'],
    ['(-1) ** -2', '1'],
    ['3 ** 99999999999', 'Infinity'],
    ['2 ** 0.5', '1.4142135623730951'],
  ])
})

describe('bits of 64-bit integers', () => {
  shown([
    ['6 & 3', '2'],
    ['6 | 3', '7'],
    ['6 ^ 3', '5'],
    ['-1 & 4294967295', '4294967295'],
    ['6.9 & 3', '2'],
    ['1e300 & -1', '9223372036854775807'],
    ['(0 / 0.0) | 1', '1'],
    ['~0', '-1'],
    ['~9223372036854775807', '-9223372036854775808'],
    ['~1.9', '-2'],
  ])
})

describe('unary operators', () => {
  shown([
    ['-(1)', '-1'],
    ['-(0)', '0'],
    ['-(0.0)', '-0.0'],
    ['!true', 'false'],
    ['!1', 'invalid_function_invocation: The function `!` does not exist on `Int`'],
    ['-"a"', 'invalid_function_invocation: The function `-` does not exist on `String`'],
  ])

  it('minus stays within the width of its number', async () => {
    expect(await show('-x', fakeContext(), { x: -2147483648 })).toBe('-2147483648')
    expect(await show('-x', fakeContext(), { x: -(2n ** 63n) })).toBe('-9223372036854775808')
  })
})

describe('operands of other kinds', () => {
  shown([
    ['"a" + "b"', '"ab"'],
    ['"a" + 1', '"a1"'],
    ['"a" + null', '"anull"'],
    ['1 + "a"', 'invalid_argument: expected value for `other` of type Number, received String'],
    ['1 - "a"', 'invalid_argument: expected arguments to `-` of type (Number), received (String)'],
    ['"a" - "b"', 'invalid_function_invocation: The function `-` does not exist on `String`'],
    ['null + 1', 'invalid_function_invocation: The function `+` does not exist on `Null`'],
    ['null + abort(1)', 'invalid_function_invocation: The function `+` does not exist on `Null`'],
    ['"a" - abort(1)', 'invalid_function_invocation: The function `-` does not exist on `String`'],
    ['1 =~ 2', 'invalid_function_invocation: The function `=~` does not exist on `Int`'],
    ['1 !~ 2.5', 'invalid_function_invocation: The function `!~` does not exist on `Int`'],
    ['"a" =~ "a"', 'invalid_function_invocation: The function `=~` does not exist on `String`'],
    ['[] + []', 'invalid_function_invocation: The function `+` does not exist on `Array<Any>`'],
    ['true && 1', 'type_mismatch: expected type: Boolean, received Int'],
    ['1 || true', 'type_mismatch: expected type: Boolean, received Int'],
    ['false && abort(1)', 'false'],
    ['true || abort(1)', 'true'],
    ['null ?? 1', '1'],
    ['2 ?? abort(1)', '2'],
    ['false ?? 1', 'false'],
  ])
})

describe('comparisons', () => {
  shown([
    ['1 < 1.5', 'true'],
    ['2147483648 > 1', 'true'],
    ['9007199254740993 > 9007199254740992.0', 'false'],
    ['9007199254740994 > 9007199254740992.0', 'true'],
    ['0.0 > -0.0', 'true'],
    ['(0 / 0.0) > 1e300', 'true'],
    ['"a" < "b"', 'true'],
    ['"Z" < "a"', 'true'],
    ['[1, 2] < [1, 2, 0]', 'true'],
    ['{ a: 1 } < { a: 2 }', 'true'],
    ['{ b: 1 } > { a: 2 }', 'true'],
    ['Date("2024-01-01") < Date("2024-01-02")', 'true'],
    ['ID("5") < 10', 'true'],
    ['10 > ID("5")', 'true'],
    ['ID("5") < "10"', 'true'],
    ['ID("5") < "x"', 'false'],
    ['((a, b) => a) < (a => a)', 'false'],
    ['((a, b) => a) > (a => a)', 'true'],
    ['(a => a) < (x => x)', 'true'],
  ])

  it.each([
    ['1', '"1"'],
    ['1', 'null'],
    ['true', '1'],
    ['[1]', '1'],
    ['Date("2024-01-01")', 'Time("2024-01-01T00:00:00Z")'],
    ['Math', '1'],
  ])('%s and %s are unrelated: every comparison is false', async (a, b) => {
    expect(await show(`[${a} < ${b}, ${a} <= ${b}, ${a} > ${b}, ${a} >= ${b}]`)).toBe(
      '[false, false, false, false]',
    )
  })
})

describe('properties', () => {
  const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(normalise)

  it('sums, differences and products that fit are exact', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const exact = {
          '+': BigInt(a as bigint) + BigInt(b as bigint),
          '*': BigInt(a as bigint) * BigInt(b as bigint),
        }
        for (const op of ['+', '*'] as const) {
          const sum = arithmetic(op, a, b)
          if (BigInt.asIntN(64, exact[op]) === exact[op]) expect(sum).toBe(normalise(exact[op]))
          else expect(sum).toBeInstanceOf(Double)
        }
      }),
    )
  })

  it('quotient · divisor + remainder is the dividend', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        fc.pre(BigInt(b as bigint) !== 0n)
        const back = arithmetic('+', arithmetic('*', arithmetic('/', a, b), b), arithmetic('%', a, b))
        fc.pre(!(back instanceof Double))
        expect(back).toBe(a)
      }),
    )
  })

  it('answers an Int whenever it can', () => {
    fc.assert(
      fc.property(integer, integer, fc.constantFrom('+', '-', '*', '&', '|', '^'), (a, b, op) => {
        const n = arithmetic(op as '+', a, b)
        expect(isNumber(n)).toBe(true)
        if (typeof n === 'bigint') expect(normalise(n)).toBe(n)
        if (typeof n === 'number') expect(Object.is(n, n | 0)).toBe(true)
      }),
    )
  })

  it('truncates as Java does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (d) => {
        const n = truncate(new Double(d))
        expect(BigInt.asIntN(64, n)).toBe(n)
        if (Math.abs(d) < 2 ** 63) expect(Math.abs(compareNumbers(n, new Double(Math.trunc(d) + 0)))).toBe(0)
      }),
    )
  })
})
