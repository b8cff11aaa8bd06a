/**
 * Keys of tuples, in the order of their parts: comparing two keys as strings compares the parts one after the other.
 * Each part tells where it ends, so a key can be built from pieces and taken apart again, and no part is a prefix of
 * another. A descending part has all its bytes inverted.
 */
import type { Key } from '../engine.ts'
import { i64, readI64, readU32, readU64, u32, u64 } from './fixed.ts'
import { decodeNumber, encodeNumber } from './number.ts'
import type { KeyObject, KeyPart, KeyScalar } from './part.ts'
import { type Decoded, decodeBytes, decodeText, encodeBytes, encodeText } from './text.ts'

/** First bytes of parts; their order is the order of kinds. 0 and 255 stay free. */
const TAG = {
  end: '\x01',
  field: '\x02',
  number: '\x10',
  double: '\x14',
  bytes: '\x18',
  text: '\x20',
  array: '\x28',
  object: '\x30',
  reference: '\x38',
  time: '\x40',
  date: '\x48',
  uuid: '\x50',
  false: '\x58',
  true: '\x59',
  null: '\x60',
} as const

/** `descending[i]`: the order of part i is turned round. */
export function encodeKey(parts: readonly KeyPart[], descending?: readonly boolean[]): Key {
  let key = ''
  for (let i = 0; i < parts.length; i++) {
    const part = encodePart(parts[i] as KeyPart)
    key += descending?.[i] ? invert(part) : part
  }
  return key
}

/** One part, ascending; `invert` makes it descending. */
export function encodePart(part: KeyPart): Key {
  return encodeAtom(part) ?? encodeNested(part)
}

/** Inverts all bytes, which turns the order round. */
export function invert(key: Key): Key {
  let out = ''
  for (let i = 0; i < key.length; i++) out += String.fromCharCode(255 - key.charCodeAt(i))
  return out
}

/** Undefined for arrays and objects. */
function encodeAtom(part: KeyPart): Key | undefined {
  switch (typeof part) {
    case 'string':
      return TAG.text + encodeText(part)
    case 'number':
    case 'bigint':
      return TAG.number + encodeNumber(part)
    case 'boolean':
      return part ? TAG.true : TAG.false
  }
  if (part === null) return TAG.null
  if (part instanceof Uint8Array) return TAG.bytes + encodeBytes(part)
  return 'kind' in part && part.kind !== 'object' ? encodeScalar(part) : undefined
}

function encodeScalar(part: KeyScalar): Key {
  switch (part.kind) {
    case 'double':
      return TAG.double + encodeNumber(part.value)
    case 'reference':
      return TAG.reference + u64(part.collection) + u64(part.id)
    case 'time':
      return TAG.time + i64(part.seconds) + u32(part.nanos)
    case 'date':
      return TAG.date + i64(part.day)
    case 'uuid':
      return TAG.uuid + Buffer.from(part.bytes).toString('latin1')
  }
}

/** Arrays and objects within each other, however deep: what is still to be written waits on a stack, last first. */
function encodeNested(part: KeyPart): Key {
  let key = ''
  const waiting: (Key | { readonly part: KeyPart })[] = [{ part }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') key += next
    else {
      const atom = encodeAtom(next.part)
      if (atom === undefined) pushNested(next.part as readonly KeyPart[] | KeyObject, waiting)
      else key += atom
    }
  }
  return key
}

function pushNested(
  part: readonly KeyPart[] | KeyObject,
  waiting: (Key | { readonly part: KeyPart })[],
): void {
  waiting.push(TAG.end)
  if (!('kind' in part)) {
    for (let i = part.length - 1; i >= 0; i--) waiting.push({ part: part[i] as KeyPart })
    waiting.push(TAG.array)
    return
  }
  const fields = [...part.fields].sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0))
  for (const [name, value] of fields) waiting.push({ part: value }, TAG.field + encodeText(name))
  waiting.push(TAG.object)
}

/** The parts of a whole key; `descending` as it was encoded. Throws `RangeError` on what `encodeKey` did not make. */
export function decodeKey(key: Key, descending?: readonly boolean[], from = 0): KeyPart[] {
  const parts: KeyPart[] = []
  for (let at = from; at < key.length; ) {
    const { value, end } = decodePart(key, at, descending?.[parts.length])
    parts.push(value)
    at = end
  }
  return parts
}

interface Open {
  readonly elements: KeyPart[]
  /** Of an object. */
  readonly names: string[] | undefined
}

/** The part at `at` and where it ends. */
export function decodePart(key: Key, at: number, descending = false): Decoded<KeyPart> {
  if (descending) {
    const { value, end } = decodePart(invert(key.slice(at)), 0)
    return { value, end: at + end }
  }
  const open: Open[] = []
  for (let position = at; ; ) {
    const decoded = decodeStep(key, position, open)
    position = decoded.end
    if (position > key.length) throw new RangeError('A key ends within a part.')
    if (decoded.value === undefined) continue
    const around = open.at(-1)
    if (!around) return decoded as Decoded<KeyPart>
    around.elements.push(decoded.value)
  }
}

/** Reads an atom, or the start, a field name or the end of something nested; undefined if no value is complete. */
function decodeStep(key: Key, at: number, open: Open[]): Decoded<KeyPart | undefined> {
  switch (key[at]) {
    case TAG.array:
      open.push({ elements: [], names: undefined })
      return { value: undefined, end: at + 1 }
    case TAG.object:
      open.push({ elements: [], names: [] })
      return { value: undefined, end: at + 1 }
    case TAG.field: {
      const name = decodeText(key, at + 1)
      open.at(-1)?.names?.push(name.value)
      return { value: undefined, end: name.end }
    }
    case TAG.end:
      return { value: closed(open.pop()), end: at + 1 }
  }
  return decodeAtom(key, at)
}

function closed(open: Open | undefined): KeyPart {
  if (!open) throw new RangeError('A key has an end without a start.')
  const { names, elements } = open
  return names ? { kind: 'object', fields: names.map((name, i) => [name, elements[i] as KeyPart]) } : elements
}

function decodeAtom(key: Key, at: number): Decoded<KeyPart> {
  const from = at + 1
  switch (key[at]) {
    case TAG.number:
      return decodeNumber(key, from)
    case TAG.bytes:
      return decodeBytes(key, from)
    case TAG.text:
      return decodeText(key, from)
    case TAG.false:
      return { value: false, end: from }
    case TAG.true:
      return { value: true, end: from }
    case TAG.null:
      return { value: null, end: from }
  }
  return decodeScalar(key, at)
}

function decodeScalar(key: Key, at: number): Decoded<KeyScalar> {
  const from = at + 1
  switch (key[at]) {
    case TAG.double: {
      const { value, end } = decodeNumber(key, from)
      return { value: { kind: 'double', value: Number(value) }, end }
    }
    case TAG.reference:
      return {
        value: { kind: 'reference', collection: readU64(key, from), id: readU64(key, from + 8) },
        end: from + 16,
      }
    case TAG.time:
      return {
        value: { kind: 'time', seconds: readI64(key, from), nanos: readU32(key, from + 8) },
        end: from + 12,
      }
    case TAG.date:
      return { value: { kind: 'date', day: Number(readI64(key, from)) }, end: from + 8 }
    case TAG.uuid: {
      const bytes = new Uint8Array(Buffer.from(key.slice(from, from + 16), 'latin1'))
      return { value: { kind: 'uuid', bytes }, end: from + 16 }
    }
  }
  throw new RangeError(`A key has no part at ${at}.`)
}
