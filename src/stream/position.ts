/** Where a reader of events is, and that as text: what the API calls an event cursor (spec/data.md §13.3). */
import { crc32 } from 'node:zlib'

/** Events of one transaction are numbered in order; all up to this one have been read. */
export interface Position {
  /** Commit timestamp, microseconds. */
  readonly ts: number
  readonly ordinal: number
}

const LAST_ORDINAL = 0x7fffffff
const VERSION = 1
/** Version, time, ordinal, checksum. */
const SIZE = 1 + 8 + 4 + 4

/** After everything that was committed up to `ts`. */
export const endOf = (ts: number): Position => ({ ts, ordinal: LAST_ORDINAL })
/** After the first event of `ts`. */
export const startOf = (ts: number): Position => ({ ts, ordinal: 0 })

export const isAfter = (a: Position, b: Position): boolean =>
  a.ts > b.ts || (a.ts === b.ts && a.ordinal > b.ordinal)

export function encodePosition({ ts, ordinal }: Position): string {
  const bytes = Buffer.allocUnsafe(SIZE)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeDoubleBE(ts, 1)
  bytes.writeUInt32BE(ordinal, 9)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), SIZE - 4)
  return bytes.toString('base64')
}

/** Undefined when the text is no event cursor. */
export function decodePosition(text: string): Position | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== SIZE || bytes.toString('base64') !== text || bytes[0] !== VERSION) return undefined
  if (crc32(bytes.subarray(0, -4)) !== bytes.readUInt32BE(SIZE - 4)) return undefined
  const ts = bytes.readDoubleBE(1)
  return Number.isSafeInteger(ts) ? { ts, ordinal: bytes.readUInt32BE(9) } : undefined
}
