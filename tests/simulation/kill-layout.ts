/** What the kill test writes. */
import type { Entry, Key } from '#src/storage/engine.ts'
import { encodeKey } from '#src/storage/keys/codec.ts'

export const CLIENTS = 8
export const KEYS_PER_CLIENT = 5

export const number = (n: number): Uint8Array => Buffer.from(String(n).padEnd(200))
export const numberOf = (entry: Entry | undefined): number =>
  entry ? Number(Buffer.from(entry.value).toString()) : 0

export const partKey = (client: number, part: number): Key => encodeKey(['part', client, part])
export const longKey = (client: number, n: number): Key => encodeKey(['long', client, 'x'.repeat(3000), n])
export const longPrefix = (client: number): Key => encodeKey(['long', client])
export const logPrefix = (client: number): Key => encodeKey(['log', client])
