/** Bytes of cursors and event sources: an encoding of our own, read from hostile hands. */

import * as fail from '#src/fql/errors/catalogue.ts'

/** The bytes are not what the writer writes. */
export class Malformed {
  readonly message = 'malformed'
}

const INITIAL_SIZE = 256
/** Values share their parts: what a cursor holds may be far more than what made it. */
const MAX_CURSOR_BYTES = 16_777_216

export class ByteWriter {
  private buffer = Buffer.allocUnsafe(INITIAL_SIZE)
  private length = 0

  /** Makes room for `size` bytes and answers where they begin. */
  private claim(size: number): number {
    const start = this.length
    this.length += size
    if (this.length > MAX_CURSOR_BYTES)
      throw fail.valueTooLarge(`a cursor has more than ${MAX_CURSOR_BYTES} bytes`)
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2))
      this.buffer.copy(larger, 0, 0, start)
      this.buffer = larger
    }
    return start
  }

  byte(n: number): void {
    const at = this.claim(1)
    this.buffer[at] = n
  }

  /** A non-negative integer up to 2^53 − 1, seven bits a byte. */
  count(n: number): void {
    let rest = n
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  int(n: number): void {
    const at = this.claim(4)
    this.buffer.writeInt32BE(n, at)
  }

  long(n: bigint): void {
    const at = this.claim(8)
    this.buffer.writeBigInt64BE(n, at)
  }

  double(n: number): void {
    const at = this.claim(8)
    this.buffer.writeDoubleBE(n, at)
  }

  bytes(bytes: Uint8Array): void {
    this.count(bytes.length)
    const at = this.claim(bytes.length)
    this.buffer.set(bytes, at)
  }

  /** UTF-16, when the string holds lone surrogates, else UTF-8; a first count tells which. */
  text(s: string): void {
    const wellFormed = s.isWellFormed()
    this.byte(wellFormed ? 0 : 1)
    this.bytes(Buffer.from(s, wellFormed ? 'utf8' : 'utf16le'))
  }

  finish(): Buffer {
    return this.buffer.subarray(0, this.length)
  }
}

export class ByteReader {
  private readonly buffer: Buffer
  private position = 0

  constructor(buffer: Buffer) {
    this.buffer = buffer
  }

  /** Takes `size` bytes and answers where they begin. */
  private take(size: number): number {
    const start = this.position
    if (size > this.buffer.length - start) throw new Malformed()
    this.position = start + size
    return start
  }

  get left(): number {
    return this.buffer.length - this.position
  }

  byte(): number {
    return this.buffer[this.take(1)] as number
  }

  count(): number {
    let n = 0
    for (let scale = 1; scale < 2 ** 53; scale *= 0x80) {
      const b = this.byte()
      n += (b & 0x7f) * scale
      if (b < 0x80 && n <= Number.MAX_SAFE_INTEGER) return n
    }
    throw new Malformed()
  }

  int(): number {
    return this.buffer.readInt32BE(this.take(4))
  }

  long(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }

  double(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }

  bytes(): Buffer {
    const size = this.count()
    const start = this.take(size)
    return this.buffer.subarray(start, start + size)
  }

  text(): string {
    const encoding = this.byte() === 0 ? 'utf8' : 'utf16le'
    return this.bytes().toString(encoding)
  }

  /** The count of things that follow, of at least one byte each. */
  size(): number {
    const n = this.count()
    if (n > this.left) throw new Malformed()
    return n
  }
}
