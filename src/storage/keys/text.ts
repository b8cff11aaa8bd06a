/**
 * Strings and byte strings within keys. A byte 0 in the content becomes 0 1, and 0 0 ends it: shorter sorts first and
 * the end is known without a length. The content of a string is its UTF-16 code units, each encoded as UTF-8 encodes a
 * code point (CESU-8): so the byte order is the order of `<` on JavaScript strings, and lone surrogates survive.
 */
import type { Key } from '../engine.ts'

const END = '\0\0'
const ZERO = '\0\x01'
const PLAIN = /^[\x01-\x7f]*$/
const BEYOND_ASCII = /[\x80-\uffff]/g
const ENCODED = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}/g

export function encodeText(text: string): Key {
  if (PLAIN.test(text)) return text + END
  return escapeZeros(text.replace(BEYOND_ASCII, encodeUnit)) + END
}

function encodeUnit(character: string): Key {
  const unit = character.charCodeAt(0)
  if (unit < 0x800) return String.fromCharCode(0xc0 | (unit >> 6), 0x80 | (unit & 63))
  return String.fromCharCode(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63))
}

function decodeUnit(encoded: Key): string {
  const first = encoded.charCodeAt(0)
  const second = encoded.charCodeAt(1) & 63
  if (encoded.length === 2) return String.fromCharCode(((first & 31) << 6) | second)
  return String.fromCharCode(((first & 15) << 12) | (second << 6) | (encoded.charCodeAt(2) & 63))
}

export const encodeBytes = (bytes: Uint8Array): Key =>
  escapeZeros(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')) + END

const escapeZeros = (content: Key): Key => (content.includes('\0') ? content.replaceAll('\0', ZERO) : content)

const unescapeZeros = (content: Key): Key =>
  content.includes('\0') ? content.replaceAll(ZERO, '\0') : content

/** What was decoded and where it ends in the key. */
export interface Decoded<T> {
  readonly value: T
  readonly end: number
}

function decodeContent(key: Key, at: number): Decoded<Key> {
  let end = key.indexOf('\0', at)
  while (end >= 0 && key.charCodeAt(end + 1) === 1) end = key.indexOf('\0', end + 2)
  if (end < 0) throw new RangeError('A key ends within a string.')
  return { value: unescapeZeros(key.slice(at, end)), end: end + END.length }
}

export function decodeText(key: Key, at: number): Decoded<string> {
  const { value, end } = decodeContent(key, at)
  return { value: PLAIN.test(value) ? value : value.replace(ENCODED, decodeUnit), end }
}

export function decodeBytes(key: Key, at: number): Decoded<Uint8Array> {
  const { value, end } = decodeContent(key, at)
  return { value: new Uint8Array(Buffer.from(value, 'latin1')), end }
}
