/** Randomness for ids, not for secrets. It is drawn in bulk: one system call serves hundreds of requests. */
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
let used = pool.length

/** Where the next bytes stand. */
function take(bytes: number): number {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return used - bytes
}

/** Two hex digits a byte. */
export function randomHex(bytes: number): string {
  const at = take(bytes)
  return pool.toString('hex', at, at + bytes)
}

/** 0 ≤ n < 2^16. */
export const randomU16 = (): number => pool.readUInt16BE(take(2))
