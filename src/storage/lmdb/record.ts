/**
 * How a version is stored: 8 bytes, then the value. The first byte holds flags, the other seven the timestamp,
 * big-endian.
 */
import type { Entry, Key, Timestamp } from '../engine.ts'

const HEADER = 8
const DELETED = 1
const HAS_HISTORY = 2
const TWO_32 = 2 ** 32

/** `hasHistory`: older versions of the key are in the history table (or have been, before a prune). */
export function encodeRecord(ts: Timestamp, value: Uint8Array | undefined, hasHistory: boolean): Buffer {
  const record = Buffer.allocUnsafe(HEADER + (value?.length ?? 0))
  record.writeUInt32BE(Math.floor(ts / TWO_32), 0)
  record.writeUInt32BE(ts >>> 0, 4)
  record[0] = (value ? 0 : DELETED) | (hasHistory ? HAS_HISTORY : 0)
  if (value) record.set(value, HEADER)
  return record
}

export function recordTs(r: Uint8Array): Timestamp {
  const high = (r[1]! << 16) | (r[2]! << 8) | r[3]!
  const low = ((r[4]! << 24) | (r[5]! << 16) | (r[6]! << 8) | r[7]!) >>> 0
  return high * TWO_32 + low
}

export const isDeletion = (record: Uint8Array): boolean => (record[0]! & DELETED) !== 0

export const hasHistory = (record: Uint8Array): boolean => (record[0]! & HAS_HISTORY) !== 0

/** The live entry that `record` makes; it keeps the bytes. */
export const liveEntry = (key: Key, record: Uint8Array): Entry | undefined =>
  isDeletion(record) ? undefined : { key, value: record.subarray(HEADER), ts: recordTs(record) }
