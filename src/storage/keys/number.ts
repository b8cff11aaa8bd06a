/**
 * Numbers within keys: 8 bytes that order doubles, and 2 more when the magnitude is 2^53 or above, where not every
 * integer is a double. An integer is then the next double below it and what is missing, less than 2^11.
 */
import type { Key } from '../engine.ts'
import { readU32 } from './fixed.ts'
import type { KeyNumber } from './part.ts'
import type { Decoded } from './text.ts'

const EXACT = 2 ** 53
const MAX = 2n ** 63n

const view = new DataView(new ArrayBuffer(8))

export function encodeNumber(n: KeyNumber): Key {
  if (typeof n === 'bigint') return encodeInteger(n)
  const key = encodeDouble(n)
  return isExact(n) ? key : `${key}\0\0`
}

/** Whether all integers near `n` are doubles. NaN and infinities are not. */
const isExact = (n: number): boolean => n < EXACT && n > -EXACT

function encodeInteger(n: bigint): Key {
  if (n >= MAX || n < -MAX) throw new RangeError(`${n} does not fit in 64 bits.`)
  const double = Number(n)
  if (isExact(double)) return encodeDouble(double)
  const below = BigInt(double) <= n ? double : nextBelow(double)
  const missing = Number(n - BigInt(below))
  return encodeDouble(below) + String.fromCharCode(missing >> 8, missing & 255)
}

/** The largest double less than `n`, which is a finite integer other than 0. */
function nextBelow(n: number): number {
  view.setFloat64(0, n)
  view.setBigInt64(0, view.getBigInt64(0) + (n > 0 ? -1n : 1n))
  return view.getFloat64(0)
}

/** Flips the sign bit of positive numbers and all bits of negative ones. There is one NaN. */
function encodeDouble(n: number): Key {
  view.setFloat64(0, Number.isNaN(n) ? Number.NaN : n)
  const high = view.getUint32(0)
  const flip = high >>> 31 ? 0xffffffff : 0
  const a = (high ^ (flip | 0x80000000)) >>> 0
  const b = (view.getUint32(4) ^ flip) >>> 0
  return String.fromCharCode(
    a >>> 24,
    (a >>> 16) & 255,
    (a >>> 8) & 255,
    a & 255,
    b >>> 24,
    (b >>> 16) & 255,
    (b >>> 8) & 255,
    b & 255,
  )
}

function decodeDouble(key: Key, at: number): number {
  const a = readU32(key, at)
  const flip = a >>> 31 ? 0 : 0xffffffff
  view.setUint32(0, (a ^ (flip | 0x80000000)) >>> 0)
  view.setUint32(4, (readU32(key, at + 4) ^ flip) >>> 0)
  return view.getFloat64(0)
}

/** A number if a double is exact, else a bigint. */
export function decodeNumber(key: Key, at: number): Decoded<KeyNumber> {
  const double = decodeDouble(key, at)
  if (isExact(double)) return { value: double, end: at + 8 }
  const missing = (key.charCodeAt(at + 8) << 8) | key.charCodeAt(at + 9)
  return { value: missing === 0 ? double : BigInt(double) + BigInt(missing), end: at + 10 }
}
