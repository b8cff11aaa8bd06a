/** FQL values as parts of index keys (spec/data.md §5.6). */
import { floorDiv, NANOS_PER_SECOND } from '#src/fql/values/calendar.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import {
  type BytesValue,
  type DateValue,
  type Double,
  isArray,
  kindOf,
  ObjectValue,
  type TimeValue,
  type UuidValue,
  type Value,
} from '#src/fql/values/value.ts'
import type { Key } from '#src/storage/engine.ts'
import { encodePart, invert } from '#src/storage/keys/codec.ts'
import type { KeyPart } from '#src/storage/keys/part.ts'
import { collationKey } from './collation.ts'
import { Collection } from './collection.ts'
import type { KeyExtent } from './sizes.ts'

/** All storable values. `extent` bounds the walk through what was not stored before. */
export function isIndexable(v: Value, extent?: KeyExtent): boolean {
  extent?.add()
  if (isArray(v)) return v.every((e) => isIndexable(e, extent))
  if (v instanceof ObjectValue) return [...v.fields.values()].every((e) => isIndexable(e, extent))
  switch (kindOf(v)) {
    case 'int':
    case 'long':
    case 'double':
    case 'string':
    case 'boolean':
    case 'null':
    case 'bytes':
    case 'time':
    case 'transaction-time':
    case 'date':
    case 'uuid':
      return true
    case 'doc':
      return (
        typeof (v as DocValue).key === 'bigint' && (v as DocValue).collection.collection instanceof Collection
      )
    default:
      return false
  }
}

/** In the order of values; the value must be indexable. */
export function encodeValue(v: Value, descending: boolean): Key {
  const key = encodePart(partOf(v))
  return descending ? invert(key) : key
}

/** To be found by: unlike in the order, `1.0` is not `1`. The value must be indexable. */
export const encodeTerm = (v: Value): Key => encodePart(partOf(v, exactDouble))

const orderedDouble = (d: Double): KeyPart => d.value
const exactDouble = (d: Double): KeyPart => ({ kind: 'double', value: d.value })

/** Stands in for the time of the transaction until it is known: after every time. */
const PENDING_TIME: KeyPart = { kind: 'time', seconds: 2n ** 62n, nanos: 0 }

function partOf(v: Value, double = orderedDouble): KeyPart {
  if (isArray(v)) return v.map((e) => partOf(e, double))
  switch (kindOf(v)) {
    case 'double':
      return double(v as Double)
    case 'bytes':
      return (v as BytesValue).bytes
    case 'object':
      return {
        kind: 'object',
        fields: [...(v as ObjectValue).fields].map(([k, x]) => [k, partOf(x, double)] as const),
      }
    case 'time':
      return timePart((v as TimeValue).nanos)
    case 'transaction-time':
      return PENDING_TIME
    case 'date':
      return { kind: 'date', day: (v as DateValue).epochDay }
    case 'uuid':
      return { kind: 'uuid', bytes: Buffer.from((v as UuidValue).text.replaceAll('-', ''), 'hex') }
    case 'doc':
      return referencePart(v as DocValue)
    case 'null':
      return null
    case 'string':
      return collationKey(v as string)
    default:
      return v as number | bigint | boolean
  }
}

function timePart(nanos: bigint): KeyPart {
  const seconds = floorDiv(nanos, NANOS_PER_SECOND)
  return { kind: 'time', seconds, nanos: Number(nanos - seconds * NANOS_PER_SECOND) }
}

const referencePart = (doc: DocValue): KeyPart => ({
  kind: 'reference',
  collection: BigInt(doc.collection.collection?.id ?? 0),
  id: BigInt.asUintN(64, doc.key as bigint),
})
