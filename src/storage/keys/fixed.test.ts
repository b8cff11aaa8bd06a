import fc from 'fast-check'
import { expect, test } from 'vitest'
import { descendingU64, i64, readI64, readSafeU64, readU32, readU64, u32, u64 } from './fixed.ts'

const bytes = (key: string) => Buffer.from(key, 'latin1')

test('u64 is 8 big-endian bytes, of a number or a bigint', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat(), (big, n) => {
      expect(bytes(u64(big)).readBigUInt64BE()).toBe(big)
      expect(readU64(`x${u64(big)}`, 1)).toBe(big)
      expect(u64(n)).toBe(u64(BigInt(n)))
      expect(readSafeU64(u64(n))).toBe(n)
      expect(bytes(descendingU64(n)).readBigUInt64BE()).toBe(2n ** 64n - 1n - BigInt(n))
    }),
  )
})

test('i64 keeps the order of signed integers', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger(), (big, n) => {
      expect(readI64(i64(big))).toBe(big)
      expect(i64(n)).toBe(i64(BigInt(n)))
      expect(i64(big) < i64(n)).toBe(big < n)
    }),
  )
})

test('u32', () => {
  for (const n of [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1]) {
    expect(bytes(u32(n)).readUInt32BE()).toBe(n)
    expect(readU32(`x${u32(n)}`, 1)).toBe(n)
  }
})
