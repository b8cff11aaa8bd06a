import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeGlobalId, encodeGlobalId } from '#src/lib/zbase32.ts'

const GREATEST = 2n ** 64n - 1n

describe('global ids', () => {
  test.each([
    [0n, 'yyyyyyyyyyyyy'],
    [1n, 'yyyyyyyyyyyyn'],
    [16n, 'yyyyyyyyyyyby'],
    [GREATEST, '9999999999996'],
    [2n ** 63n, 'oyyyyyyyyyyyy'],
  ])('%s is %s', (id, text) => {
    expect(encodeGlobalId(id)).toBe(text)
    expect(decodeGlobalId(text)).toBe(id)
  })

  test('every id survives, in either letter case', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, GREATEST), (id) => {
        const text = encodeGlobalId(id)
        expect(text).toMatch(/^[a-z0-9]{13}$/)
        expect(decodeGlobalId(text)).toBe(id)
        expect(decodeGlobalId(text.toUpperCase())).toBe(id)
      }),
    )
  })

  test('text order is not id order, but text is unique', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, GREATEST), fc.bigInt(0n, GREATEST), (a, b) => {
        expect(encodeGlobalId(a) === encodeGlobalId(b)).toBe(a === b)
      }),
    )
  })

  test('a negative id is its two’s complement', () => {
    expect(encodeGlobalId(-1n)).toBe(encodeGlobalId(GREATEST))
  })

  test.each([
    '',
    'y',
    'yyyyyyyyyyyy',
    'yyyyyyyyyyyyyy',
    'yyyyyyyyyyyyl',
    'vyyyyyyyyyyyy',
    'yyyyyy yyyyyy',
    'yyyyyyyyyyyyé',
  ])('%j is none', (text) => expect(decodeGlobalId(text)).toBeUndefined())

  test('a second spelling of the same id is none', () => {
    expect(decodeGlobalId('yyyyyyyyyyyyb')).toBeUndefined()
  })

  test('arbitrary text never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (t) => void decodeGlobalId(t)))
  })
})
