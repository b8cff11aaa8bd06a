import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDouble } from './double-text.ts'

it.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e7, '1.0E7'],
  [9999999, '9999999.0'],
  [0.001, '0.001'],
  [0.0001, '1.0E-4'],
  [-123456789.5, '-1.234567895E8'],
  [1e23, '1.0E23'],
  [5e-324, '4.9E-324'],
  [Number.MAX_VALUE, '1.7976931348623157E308'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
])('%s is %s', (n, text) => expect(formatDouble(n)).toBe(text))

it('reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (n) => {
      expect(Number(formatDouble(n))).toBe(n)
    }),
  )
})
