/**
 * Global ids of databases as text: 64 bits, most significant first, in 13 characters of five bits; the last character
 * holds four bits and a zero (spec/secrets.md §7.1).
 */
const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769'
const LENGTH = 13
const NO_DIGIT = 255

const digits = new Uint8Array(128).fill(NO_DIGIT)
for (let i = 0; i < ALPHABET.length; i++) {
  digits[ALPHABET.charCodeAt(i)] = i
  digits[ALPHABET.toUpperCase().charCodeAt(i)] = i
}

/** @param id read as an unsigned 64-bit number, so a negative one is its two's complement. */
export function encodeGlobalId(id: bigint): string {
  let rest = BigInt.asUintN(64, id) << 1n
  let text = ''
  for (let i = 0; i < LENGTH; i++) {
    text = ALPHABET[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return text
}

/** The unsigned id, or `undefined` when the text is not one: length, alphabet (either letter case) or last bit. */
export function decodeGlobalId(text: string): bigint | undefined {
  if (text.length !== LENGTH) return undefined
  let bits = 0n
  for (let i = 0; i < LENGTH; i++) {
    const digit = digits[text.charCodeAt(i)] ?? NO_DIGIT
    if (digit === NO_DIGIT) return undefined
    bits = (bits << 5n) | BigInt(digit)
  }
  return bits & 1n ? undefined : bits >> 1n
}
