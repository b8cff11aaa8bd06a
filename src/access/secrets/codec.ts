import { hashRandom } from '#src/access/secrets/hash.ts'

/**
 * Layout of key and token secrets (spec/secrets.md §5.1), bytes as URL-safe base64 without padding:
 *
 *   key    126 112 id(8)             random(20)   40 characters
 *   token  126 113 id(8) globalId(8) random(20)   51 characters
 */
const VERSION = 126
const KEY = 112
const TOKEN = 113
const KEY_BYTES = 30
const KEY_CHARACTERS = 40
const TOKEN_BYTES = 38
const TOKEN_CHARACTERS = 51

/** Size in bytes of the random part. */
export const RANDOM_BYTES = 20

/**
 * What a well-formed secret says. The random part is already hashed, so that this value is safe to keep and to print.
 * `id`: signed 64 bits; `globalId` of the token's database: unsigned 64 bits; `hash`: 32 bytes.
 */
export type DecodedSecret =
  | { readonly kind: 'key'; readonly id: bigint; readonly hash: Uint8Array }
  | { readonly kind: 'token'; readonly id: bigint; readonly globalId: bigint; readonly hash: Uint8Array }

/** @param random {@link RANDOM_BYTES} bytes. */
export function encodeKeySecret(id: bigint, random: Uint8Array): string {
  const bytes = Buffer.alloc(KEY_BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt8(KEY, 1)
  bytes.writeBigInt64BE(id, 2)
  bytes.set(random, 10)
  return bytes.toString('base64url')
}

/** @param random {@link RANDOM_BYTES} bytes. */
export function encodeTokenSecret(id: bigint, globalId: bigint, random: Uint8Array): string {
  const bytes = Buffer.alloc(TOKEN_BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt8(TOKEN, 1)
  bytes.writeBigInt64BE(id, 2)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, globalId), 10)
  bytes.set(random, 18)
  return bytes.toString('base64url')
}

/** Reads a secret, or `undefined` for any other length, version, type, character or spelling. Never throws. */
export function decodeSecret(text: string): DecodedSecret | undefined {
  if (text.length === KEY_CHARACTERS) return decodeBytes(text, KEY, KEY_BYTES, readKey)
  if (text.length === TOKEN_CHARACTERS) return decodeBytes(text, TOKEN, TOKEN_BYTES, readToken)
  return undefined
}

// One buffer for all: decoding is synchronous, and it is wiped before it is left.
const scratch = Buffer.alloc(TOKEN_BYTES)

function decodeBytes(
  text: string,
  type: number,
  size: number,
  read: () => DecodedSecret,
): DecodedSecret | undefined {
  const valid = fromBase64Url(text, size) && scratch[0] === VERSION && scratch[1] === type
  const decoded = valid ? read() : undefined
  scratch.fill(0)
  return decoded
}

const readKey = (): DecodedSecret => ({
  kind: 'key',
  id: scratch.readBigInt64BE(2),
  hash: hashRandom(scratch.subarray(10, KEY_BYTES)),
})

const readToken = (): DecodedSecret => ({
  kind: 'token',
  id: scratch.readBigInt64BE(2),
  globalId: scratch.readBigUInt64BE(10),
  hash: hashRandom(scratch.subarray(18, TOKEN_BYTES)),
})

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const NO_DIGIT = 255
const digits = new Uint8Array(128).fill(NO_DIGIT)
for (let i = 0; i < ALPHABET.length; i++) digits[ALPHABET.charCodeAt(i)] = i

/** Strict, unlike `Buffer.from`: no foreign character, no second spelling through unused bits of the last one. */
function fromBase64Url(text: string, size: number): boolean {
  let bits = 0
  let pending = 0
  let written = 0
  for (let i = 0; i < text.length; i++) {
    const digit = digits[text.charCodeAt(i)] ?? NO_DIGIT
    if (digit === NO_DIGIT) return false
    pending = ((pending << 6) | digit) & 0xfff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    scratch[written++] = pending >> bits
  }
  return written === size && (pending & ((1 << bits) - 1)) === 0
}
