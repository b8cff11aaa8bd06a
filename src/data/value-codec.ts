/**
 * Stored form of values: a tag byte, then the value. Documents hold references, not documents; collections are named
 * by their internal id, so that renaming one touches no document.
 */

import { normalise } from '#src/fql/eval/operators.ts'
import { DocValue } from '#src/fql/values/document.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import {
  BytesValue,
  DateValue,
  Double,
  isArray,
  kindOf,
  NULL,
  ObjectValue,
  TimeValue,
  UuidValue,
  type Value,
} from '#src/fql/values/value.ts'

const TAG = {
  null: 0,
  false: 1,
  true: 2,
  int: 3,
  long: 4,
  double: 5,
  string: 6,
  array: 7,
  object: 8,
  bytes: 9,
  time: 10,
  date: 11,
  uuid: 12,
  reference: 13,
  namedReference: 14,
  /** The commit time of the version itself. */
  transactionTime: 15,
  /** A string with lone surrogates, as UTF-16. */
  oddString: 16,
} as const

const ODD_NAME = 0xff

/** A growing byte buffer. One is shared by all encodings: they never overlap. */
class Writer {
  private buffer = Buffer.allocUnsafe(4096)
  private length = 0

  reset(): void {
    this.length = 0
  }
  finish(): Uint8Array {
    return Buffer.from(this.buffer.subarray(0, this.length))
  }
  private room(n: number): void {
    if (this.length + n <= this.buffer.length) return
    const bigger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + n))
    this.buffer.copy(bigger, 0, 0, this.length)
    this.buffer = bigger
  }
  byte(n: number): void {
    this.room(1)
    this.buffer[this.length++] = n
  }
  /** An unsigned integer below 2^53, seven bits a byte, least first. */
  varint(n: number): void {
    this.room(8)
    let rest = n
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.buffer[this.length++] = rest
  }
  signed(n: number): void {
    this.varint(n < 0 ? -2 * n - 1 : 2 * n)
  }
  i64(n: bigint): void {
    this.room(8)
    this.length = this.buffer.writeBigInt64LE(BigInt.asIntN(64, n), this.length)
  }
  double(n: number): void {
    this.room(8)
    this.length = this.buffer.writeDoubleLE(n, this.length)
  }
  bytes(b: Uint8Array): void {
    this.varint(b.length)
    this.room(b.length)
    this.buffer.set(b, this.length)
    this.length += b.length
  }
  /** A text that may have lone surrogates: such begin with a byte that UTF-8 does not have. */
  name(s: string): void {
    if (s.isWellFormed()) {
      this.text(s)
      return
    }
    this.varint(1 + 2 * s.length)
    this.byte(ODD_NAME)
    this.room(2 * s.length)
    this.length += this.buffer.write(s, this.length, 'utf16le')
  }
  text(s: string, encoding: 'utf8' | 'utf16le' = 'utf8'): void {
    const n = Buffer.byteLength(s, encoding)
    this.varint(n)
    this.room(n)
    this.length += this.buffer.write(s, this.length, encoding)
  }
}

/** What values in a version refer to: its commit time, which is asked for seldom, and collections. */
interface Surroundings {
  readonly time: Value
  readonly resolve: CollectionResolver
}

class Reader {
  readonly surroundings: Surroundings
  private readonly buffer: Buffer
  private at: number
  constructor(bytes: Uint8Array, at: number, surroundings: Surroundings) {
    this.buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.at = at
    this.surroundings = surroundings
  }
  pass(n: number): void {
    this.at += n
  }
  /** Passes over a text; answers whether it is this one, which must be ASCII. */
  passText(wanted: string): boolean {
    const n = this.varint()
    const start = this.at
    this.at += n
    if (n !== wanted.length) return false
    for (let i = 0; i < n; i++) if (this.buffer[start + i] !== wanted.charCodeAt(i)) return false
    return true
  }
  byte(): number {
    return this.buffer[this.at++] as number
  }
  varint(): number {
    let n = 0
    let scale = 1
    for (;;) {
      const b = this.byte()
      n += (b & 127) * scale
      if (b < 128) return n
      scale *= 128
    }
  }
  signed(): number {
    const n = this.varint()
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2
  }
  i64(): bigint {
    this.at += 8
    return this.buffer.readBigInt64LE(this.at - 8)
  }
  double(): number {
    this.at += 8
    return this.buffer.readDoubleLE(this.at - 8)
  }
  bytes(): Uint8Array {
    const n = this.varint()
    this.at += n
    return Uint8Array.prototype.slice.call(this.buffer, this.at - n, this.at)
  }
  name(): string {
    const n = this.varint()
    const start = this.at
    this.at += n
    return n > 0 && this.buffer[start] === ODD_NAME
      ? this.buffer.toString('utf16le', start + 1, this.at)
      : this.buffer.toString('utf8', start, this.at)
  }
  text(encoding: 'utf8' | 'utf16le' = 'utf8'): string {
    const n = this.varint()
    this.at += n
    return this.buffer.toString(encoding, this.at - n, this.at)
  }
}

const writer = new Writer()

/** What a stored version consists of. */
export interface StoredParts {
  readonly ttl: TimeValue | undefined
  readonly fields: ReadonlyMap<string, Value>
  /** Fields that are never shown: hashes, internal ids. */
  readonly internal: ReadonlyMap<string, Value>
}

const NOTHING: ReadonlyMap<string, Value> = new Map()

export function encodeVersion(parts: StoredParts): Uint8Array {
  writer.reset()
  writer.byte((parts.ttl ? 1 : 0) | (parts.internal.size > 0 ? 2 : 0))
  if (parts.ttl) writeTime(parts.ttl.nanos)
  writeFields(parts.fields)
  if (parts.internal.size > 0) writeFields(parts.internal)
  return writer.finish()
}

/** Finds the collection of a reference. */
export type CollectionResolver = (id: number) => ModuleValue

/** `ts`: commit time of the version, for values that were the transaction's time when written. */
export function decodeVersion(bytes: Uint8Array, ts: Value, resolve: CollectionResolver): StoredParts {
  const reader = new Reader(bytes, 0, { time: ts, resolve })
  const flags = reader.byte()
  const ttl = flags & 1 ? new TimeValue(readTime(reader)) : undefined
  const fields = readFields(reader)
  const internal = flags & 2 ? readFields(reader) : NOTHING
  return { ttl, fields, internal }
}

/** The `ttl` of a stored version alone. */
export const decodeTtl = (bytes: Uint8Array): TimeValue | undefined =>
  (bytes[0] as number) & 1 ? new TimeValue(readTime(new Reader(bytes, 1, NOWHERE))) : undefined

const NOWHERE: Surroundings = {
  time: NULL,
  resolve: () => {
    throw new Error('a time refers to nothing')
  },
}

/** One of the fields of a stored version, past those before it. The name must be ASCII. */
export function decodeField(bytes: Uint8Array, name: string, surroundings: Surroundings): Value | undefined {
  const reader = new Reader(bytes, 1, surroundings)
  if ((bytes[0] as number) & 1) readTime(reader)
  for (let n = reader.varint(); n > 0; n--) {
    if (reader.passText(name)) return read(reader)
    passValue(reader)
  }
  return undefined
}

function writeFields(fields: ReadonlyMap<string, Value>): void {
  writer.varint(fields.size)
  for (const [key, value] of fields) {
    writer.name(key)
    write(value)
  }
}

function readFields(reader: Reader): Map<string, Value> {
  const n = reader.varint()
  const fields = new Map<string, Value>()
  for (let i = 0; i < n; i++) {
    const key = reader.name()
    fields.set(key, read(reader))
  }
  return fields
}

const NANOS_PER_SECOND = 1_000_000_000n

function writeTime(nanos: bigint): void {
  const fraction = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND
  writer.i64((nanos - fraction) / NANOS_PER_SECOND)
  writer.varint(Number(fraction))
}

const readTime = (reader: Reader): bigint => reader.i64() * NANOS_PER_SECOND + BigInt(reader.varint())

function write(v: Value): void {
  if (isArray(v)) writeArray(v)
  else if (typeof v === 'string') writeString(v)
  else writeScalar(v)
}

function writeScalar(v: Value): void {
  writer.byte(tagOf(v))
  if (typeof v === 'number') writer.signed(v)
  else if (typeof v === 'bigint') writer.i64(v)
  else if (v instanceof Double) writer.double(v.value)
  else if (v instanceof ObjectValue) writeFields(v.fields)
  else if (v instanceof BytesValue) writer.bytes(v.bytes)
  else if (v instanceof TimeValue) writeTime(v.nanos)
  else if (v instanceof DateValue) writer.signed(v.epochDay)
  else if (v instanceof UuidValue) writer.text(v.text)
  else if (v instanceof DocValue) writeReference(v)
}

function tagOf(v: Value): number {
  switch (kindOf(v)) {
    case 'boolean':
      return v ? TAG.true : TAG.false
    case 'int':
      return TAG.int
    case 'long':
      return TAG.long
    case 'double':
      return TAG.double
    case 'object':
      return TAG.object
    case 'bytes':
      return TAG.bytes
    case 'time':
      return TAG.time
    case 'transaction-time':
      return TAG.transactionTime
    case 'date':
      return TAG.date
    case 'uuid':
      return TAG.uuid
    case 'doc':
      return typeof (v as DocValue).key === 'bigint' ? TAG.reference : TAG.namedReference
    default:
      return TAG.null
  }
}

function writeString(s: string): void {
  const odd = !s.isWellFormed()
  writer.byte(odd ? TAG.oddString : TAG.string)
  writer.text(s, odd ? 'utf16le' : 'utf8')
}

function writeArray(items: readonly Value[]): void {
  writer.byte(TAG.array)
  writer.varint(items.length)
  for (const item of items) write(item)
}

function writeReference(doc: DocValue): void {
  writer.varint(doc.collection.collection?.id ?? 0)
  if (typeof doc.key === 'bigint') writer.i64(doc.key)
  else writer.text(doc.key)
}

function read(reader: Reader): Value {
  switch (reader.byte()) {
    case TAG.false:
      return false
    case TAG.true:
      return true
    case TAG.int:
      return reader.signed()
    case TAG.long:
      return normalise(reader.i64())
    case TAG.double:
      return new Double(reader.double())
    case TAG.string:
      return reader.text()
    case TAG.oddString:
      return reader.text('utf16le')
    case TAG.array:
      return readArray(reader)
    case TAG.object:
      return new ObjectValue(readFields(reader))
    case TAG.bytes:
      return new BytesValue(reader.bytes())
    case TAG.time:
      return new TimeValue(readTime(reader))
    case TAG.transactionTime:
      return reader.surroundings.time
    case TAG.date:
      return new DateValue(reader.signed())
    case TAG.uuid:
      return new UuidValue(reader.text())
    case TAG.reference:
      return new DocValue(reader.surroundings.resolve(reader.varint()), reader.i64())
    case TAG.namedReference:
      return new DocValue(reader.surroundings.resolve(reader.varint()), reader.text())
    default:
      return NULL
  }
}

function readArray(reader: Reader): readonly Value[] {
  const n = reader.varint()
  const items: Value[] = []
  for (let i = 0; i < n; i++) items.push(read(reader))
  return items
}

/** Passes over a value. */
function passValue(reader: Reader): void {
  const tag = reader.byte()
  switch (tag) {
    case TAG.int:
    case TAG.date:
      reader.varint()
      break
    case TAG.long:
    case TAG.double:
      reader.pass(8)
      break
    case TAG.string:
    case TAG.oddString:
    case TAG.bytes:
    case TAG.uuid:
      reader.pass(reader.varint())
      break
    case TAG.time:
      reader.pass(8)
      reader.varint()
      break
    case TAG.array:
      for (let n = reader.varint(); n > 0; n--) passValue(reader)
      break
    case TAG.object:
      for (let n = reader.varint(); n > 0; n--) {
        reader.pass(reader.varint())
        passValue(reader)
      }
      break
    case TAG.reference:
      reader.varint()
      reader.pass(8)
      break
    case TAG.namedReference:
      reader.varint()
      reader.pass(reader.varint())
  }
}
