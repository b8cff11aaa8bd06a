/** Sizes that documents and index entries may have, measured as the reference does (spec/data.md §15). */
import * as fail from '#src/fql/errors/catalogue.ts'
import { type BytesValue, isArray, kindOf, type ObjectValue, type Value } from '#src/fql/values/value.ts'
import { maxTransactionBytes } from '#src/lib/limits.ts'

/** Bytes of one version of a document. */
const MAX_VERSION_BYTES = 8_388_608
/** Bytes of the terms of an index entry, with the index that they belong to. */
const MAX_KEY_BYTES = 64_000
/** Bytes of one value of an index entry. */
const MAX_COMPONENT_BYTES = 32_767
/** What names the index in front of the terms. */
const KEY_OVERHEAD = 14

export function requireVersionSize(bytes: number): void {
  if (bytes > MAX_VERSION_BYTES)
    throw fail.invalidRequest(`Version bytes (${bytes}) exceeds threshold (${MAX_VERSION_BYTES})`)
}

/**
 * Ends the walk through a value that is far too large to be stored, before all of it is copied: values share their
 * parts. What is a little too large is measured exactly when it is encoded.
 */
export class StoredExtent {
  private bytes = 0

  add(v: Value): void {
    this.bytes += typeof v === 'string' ? v.length : isArray(v) ? 2 : kindOf(v) === 'bytes' ? bytesIn(v) : 1
    if (this.bytes > 2 * MAX_VERSION_BYTES) requireVersionSize(this.bytes)
  }
}

/** The same for what is looked up in an index. */
export class KeyExtent {
  private values = 0

  add(): void {
    if (++this.values > MAX_KEY_BYTES) requireKeySize(this.values)
  }
}

function requireKeySize(bytes: number): void {
  if (bytes > MAX_KEY_BYTES)
    throw fail.invalidRequest(`Key bytes (${bytes}) exceeds threshold (${MAX_KEY_BYTES})`)
}

const bytesIn = (v: Value): number => (v as BytesValue).bytes.length

/** Bytes in the CBOR form of a storable value. */
export function encodedSize(v: Value): number {
  if (isArray(v)) return v.reduce<number>((n, e) => n + encodedSize(e), headSize(v.length))
  switch (kindOf(v)) {
    case 'int':
    case 'long':
      return headSize(magnitude(BigInt(v as number | bigint)))
    case 'double':
      return 9
    case 'string':
      return textSize(v as string)
    case 'bytes':
      return headSize(bytesIn(v)) + bytesIn(v)
    case 'object':
      return fieldsSize((v as ObjectValue).fields)
    case 'time':
    case 'transaction-time':
    case 'date':
      return 10
    case 'doc':
      return 12
    case 'uuid':
      return 18
    default:
      return 1
  }
}

const magnitude = (n: bigint): number => Number(n < 0n ? -1n - n : n)

function textSize(s: string): number {
  const bytes = Buffer.byteLength(s)
  return headSize(bytes) + bytes
}

const headSize = (n: number): number => (n < 24 ? 1 : n < 256 ? 2 : n < 65_536 ? 3 : n < 2 ** 32 ? 5 : 9)

function fieldsSize(fields: ReadonlyMap<string, Value>): number {
  let size = headSize(fields.size)
  for (const [key, value] of fields) size += textSize(key) + encodedSize(value)
  return size
}

/** The values of each term, or of each value, of one document's entries. */
export type Columns = readonly (readonly Value[])[]

/** Fails when the document would have an entry too large, or too many of them. */
export function requireEntrySizes(index: number, id: bigint, terms: Columns, values: Columns): void {
  const termSizes = terms.map((column) => column.map(encodedSize))
  const valueSizes = values.map((column) => column.map(encodedSize))
  if (terms.length > 0) requireKeySize(KEY_OVERHEAD + sum(termSizes.map(largest)))
  const component = valueSizes.flat().find((size) => size > MAX_COMPONENT_BYTES)
  if (component !== undefined)
    throw fail.invalidRequest(`buf length ${component} exceeds ${MAX_COMPONENT_BYTES}`)
  const total = productSize([...termSizes, ...valueSizes])
  if (total > maxTransactionBytes)
    throw fail.invalidRequest(
      `Index entries for doc ${id} and index ${index} have estimated byte size ${total} that exceeds limit ${maxTransactionBytes}`,
    )
}

const largest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0)
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

/** Bytes of all tuples of the cartesian product together. */
function productSize(columns: readonly (readonly number[])[]): number {
  const count = columns.reduce((n, column) => n * column.length, 1)
  return sum(columns.map((column) => (sum(column) * count) / column.length))
}
