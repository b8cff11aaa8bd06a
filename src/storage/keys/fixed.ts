/** Fixed-width big-endian integers as binary strings: their byte order is their numeric order. */
import type { Key } from '../engine.ts'

const TWO_32 = 2 ** 32
/** Takes 64-bit integers apart and puts them together, which costs a fraction of doing it with bigints. */
const scratch = new DataView(new ArrayBuffer(8))

function chars(high: number, low: number): Key {
  return String.fromCharCode(
    high >>> 24,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    low >>> 24,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  )
}

/** 4 bytes. `n`: an integer, 0 ≤ n < 2^32. */
export function u32(n: number): Key {
  return String.fromCharCode(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
}

export function readU32(key: Key, at = 0): number {
  return (
    ((key.charCodeAt(at) << 24) |
      (key.charCodeAt(at + 1) << 16) |
      (key.charCodeAt(at + 2) << 8) |
      key.charCodeAt(at + 3)) >>>
    0
  )
}

/** 8 bytes. `n`: an integer, 0 ≤ n < 2^64 (a safe one, if it is a number). */
export function u64(n: number | bigint): Key {
  if (typeof n === 'number') return chars(Math.floor(n / TWO_32) >>> 0, n >>> 0)
  scratch.setBigUint64(0, n)
  return chars(scratch.getUint32(0), scratch.getUint32(4))
}

/** 8 bytes whose order is opposite to that of `n`, a safe integer ≥ 0. */
export function descendingU64(n: number): Key {
  return chars(~Math.floor(n / TWO_32) >>> 0, ~n >>> 0)
}

export function readU64(key: Key, at = 0): bigint {
  scratch.setUint32(0, readU32(key, at))
  scratch.setUint32(4, readU32(key, at + 4))
  return scratch.getBigUint64(0)
}

/** For values known to be safe integers, such as timestamps. */
export function readSafeU64(key: Key, at = 0): number {
  return readU32(key, at) * TWO_32 + readU32(key, at + 4)
}

/** 8 bytes. `n`: an integer, -2^63 ≤ n < 2^63 (a safe one, if it is a number). */
export function i64(n: number | bigint): Key {
  if (typeof n === 'number') return chars((Math.floor(n / TWO_32) ^ 0x80000000) >>> 0, n >>> 0)
  scratch.setBigInt64(0, n)
  return chars((scratch.getUint32(0) ^ 0x80000000) >>> 0, scratch.getUint32(4))
}

export function readI64(key: Key, at = 0): bigint {
  scratch.setUint32(0, readU32(key, at) ^ 0x80000000)
  scratch.setUint32(4, readU32(key, at + 4))
  return scratch.getBigInt64(0)
}
