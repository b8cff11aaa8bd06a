import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodePosition, encodePosition, endOf, isAfter, startOf } from './position.ts'

const positions = fc.record({ ts: fc.maxSafeInteger(), ordinal: fc.nat(0x7fffffff) })

describe('event cursors', () => {
  test('come back as they went', () => {
    fc.assert(
      fc.property(positions, (p) => {
        expect(decodePosition(encodePosition(p))).toEqual(p)
      }),
    )
  })

  test('no other text is one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodePosition(text)).toBeUndefined()
      }),
    )
    fc.assert(
      fc.property(fc.base64String(), (text) => {
        expect(decodePosition(text)).toBeUndefined()
      }),
    )
  })

  test('no changed byte goes unnoticed', () => {
    fc.assert(
      fc.property(positions, fc.nat(16), fc.integer({ min: 1, max: 255 }), (p, at, change) => {
        const bytes = Buffer.from(encodePosition(p), 'base64')
        bytes[at] = (bytes[at] as number) ^ change
        expect(decodePosition(bytes.toString('base64'))).toBeUndefined()
      }),
    )
  })

  test('are ordered by time, then by number', () => {
    expect(isAfter({ ts: 2, ordinal: 0 }, endOf(1))).toBe(true)
    expect(isAfter({ ts: 1, ordinal: 1 }, startOf(1))).toBe(true)
    expect(isAfter(startOf(1), startOf(1))).toBe(false)
    expect(isAfter({ ts: 1, ordinal: 5 }, endOf(1))).toBe(false)
    expect(isAfter({ ts: 1, ordinal: 5 }, startOf(2))).toBe(false)
  })
})
