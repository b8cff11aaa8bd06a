import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDouble, parseInt32, parseInteger, parseNumber } from './number-text.ts'
import { Double } from './value.ts'

describe('integers', () => {
  it.each([
    ['12', 10, 12n],
    ['-0', 10, 0n],
    ['+7', 10, 7n],
    ['٣', 10, 3n],
    ['１２', 10, 12n],
    ['zZ', 36, 1295n],
    ['Ｆf', 16, 255n],
    ['-101', 2, -5n],
    ['9223372036854775807', 10, 9223372036854775807n],
    ['-9223372036854775808', 10, -9223372036854775808n],
    ['00000000000000000000000001', 10, 1n],
  ] as const)('%s in radix %i', (text, radix, n) => {
    expect(parseInteger(text, radix)).toBe(n)
  })

  it.each([
    ['', 10],
    ['-', 10],
    ['+-1', 10],
    [' 1', 10],
    ['1_000', 10],
    ['0x10', 16],
    ['1.0', 10],
    ['2', 2],
    ['9223372036854775808', 10],
  ] as const)('%j in radix %i is none', (text, radix) => {
    expect(parseInteger(text, radix)).toBeUndefined()
  })

  it('has 32 bits as an Int', () => {
    expect([parseInt32('2147483647'), parseInt32('2147483648'), parseInt32('-2147483648')]).toEqual([
      2147483647,
      undefined,
      -2147483648,
    ])
  })

  it('agrees with BigInt', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.integer({ min: 2, max: 36 }), (n, radix) => {
        expect(parseInteger(n.toString(radix), radix)).toBe(n)
      }),
    )
  })
})

describe('doubles', () => {
  it.each([
    ['3', 3],
    ['3.', 3],
    ['.5', 0.5],
    [' \t1e3\n', 1000],
    ['1.5E-2', 0.015],
    ['1d', 1],
    ['-2.5F', -2.5],
    ['NaN', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['1e400', Number.POSITIVE_INFINITY],
    ['0x1p4', 16],
    ['-0x1.8p1d', -3],
    ['0x.8p0', 0.5],
    ['0x1p-1074', 5e-324],
    ['0x1p1024', Number.POSITIVE_INFINITY],
    ['0x2000000000000100000000001p-44', 9007199254740994],
  ])('%j', (text, n) => {
    expect(parseDouble(text)).toBe(n)
  })

  it.each(['', '.', '1,000', 'inf', '1_000', '0x10', '0x.p1', '1e', 'NaNd', '--1', 'e5'])(
    '%j is none',
    (text) => {
      expect(parseDouble(text)).toBeUndefined()
    },
  )

  it('takes linear time on hostile texts', () => {
    for (const text of [`${'1'.repeat(1e6)}x`, `1${' '.repeat(1e6)}x`, `0x${'f'.repeat(1e5)}x`])
      expect(parseDouble(text)).toBeUndefined()
  })
})

it('finds the narrowest number', () => {
  expect(['3', '4294967296', '1.5', ' 3 ', 'x'].map(parseNumber)).toEqual([
    3,
    4294967296n,
    new Double(1.5),
    new Double(3),
    undefined,
  ])
})
