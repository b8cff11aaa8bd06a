import type { TypeExpr } from '#src/fql/syntax/tree.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { isFunction } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { parseInteger } from '#src/fql/values/number-text.ts'
import { CursorValue, EventSourceValue, SetValue } from '#src/fql/values/set.ts'
import {
  BytesValue,
  DateValue,
  Double,
  IdValue,
  isArray,
  isNull,
  isNumber,
  ObjectValue,
  TimeValue,
  TransactionTimeValue,
  UuidValue,
  type Value,
} from '#src/fql/values/value.ts'

/** What a parameter accepts at run time (spec/language.md §2.2): the cast value, or undefined when it does not fit. */
export interface RuntimeType {
  readonly name: string
  cast(v: Value): Value | undefined
}

const exactly = (name: string, is: (v: Value) => boolean): RuntimeType => ({
  name,
  cast: (v) => (is(v) ? v : undefined),
})

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1

function castInt(v: Value): Value | undefined {
  if (typeof v === 'number') return v
  const n = typeof v === 'bigint' ? Number(v) : v instanceof Double ? v.value : Number.NaN
  return Number.isInteger(n) && n >= INT_MIN && n <= INT_MAX ? (n === 0 ? 0 : n) : undefined
}

function castLong(v: Value): Value | undefined {
  if (typeof v === 'number' || typeof v === 'bigint') return v
  if (!(v instanceof Double) || !Number.isInteger(v.value)) return undefined
  const n = BigInt(v.value)
  return BigInt.asIntN(64, n) === n ? n : undefined
}

function castDouble(v: Value): Value | undefined {
  if (v instanceof Double) return v
  return typeof v === 'number' || typeof v === 'bigint' ? new Double(Number(v)) : undefined
}

/** The 64-bit integer that a decimal text holds. */
export const parseId = (text: string): bigint | undefined => parseInteger(text)

/** The id that an ID, an integer or a decimal text stands for; undefined: the value is none. */
export function idIn(v: Value): bigint | undefined {
  if (v instanceof IdValue) return v.id
  if (typeof v === 'number' || typeof v === 'bigint') return BigInt(v)
  return typeof v === 'string' ? parseId(v) : undefined
}

function castId(v: Value): Value | undefined {
  if (v instanceof IdValue) return v
  const id = idIn(v)
  return id === undefined ? undefined : new IdValue(id)
}

export const ANY: RuntimeType = { name: 'Any', cast: (v) => v }
const STRUCT = exactly('{ *: Any }', (v) => v instanceof ObjectValue)

const NAMED: ReadonlyMap<string, RuntimeType> = new Map(
  [
    ANY,
    exactly('Number', isNumber),
    { name: 'Int', cast: castInt },
    { name: 'Long', cast: castLong },
    { name: 'Double', cast: castDouble },
    { name: 'Float', cast: castDouble },
    { name: 'ID', cast: castId },
    exactly('String', (v) => typeof v === 'string'),
    exactly('Boolean', (v) => typeof v === 'boolean'),
    exactly('Time', (v) => v instanceof TimeValue),
    exactly('TransactionTime', (v) => v instanceof TransactionTimeValue),
    exactly('Date', (v) => v instanceof DateValue),
    exactly('Bytes', (v) => v instanceof BytesValue),
    exactly('UUID', (v) => v instanceof UuidValue),
    exactly('Null', isNull),
    // The decoding of cursor texts needs the database's schema, so it is `Set.paginate`'s work.
    exactly('SetCursor', (v) => v instanceof CursorValue || typeof v === 'string'),
    exactly('Function', isFunction),
  ].map((t) => [t.name, t] as const),
)

const OBJECT = exactly(
  '{ *: Any }',
  (v) => v instanceof ObjectValue || v instanceof DocValue || v instanceof ModuleValue,
)

const GENERIC: ReadonlyMap<string, RuntimeType> = new Map(
  [
    exactly('Array<Any>', isArray),
    exactly('Set<Any>', (v) => v instanceof SetValue),
    exactly('EventSource<Any>', (v) => v instanceof EventSourceValue),
  ].map((t) => [t.name.slice(0, -5), t] as const),
)
const DOCUMENT = exactly('Doc', (v) => v instanceof DocValue)

/** The run-time side of a declared parameter type. Type variables and shapes that the method checks itself are Any. */
export function runtimeTypeOf(type: TypeExpr): RuntimeType {
  switch (type.kind) {
    case 'named':
      if (type.name === 'Object') return OBJECT
      if (type.name === 'Struct') return STRUCT
      if (type.name === 'Document') return DOCUMENT
      return NAMED.get(type.name) ?? ANY
    case 'generic':
      return GENERIC.get(type.name.text) ?? (type.name.text === 'Ref' ? DOCUMENT : ANY)
    case 'function':
      return NAMED.get('Function') as RuntimeType
    case 'object':
      return type.fields.length === 0 ? STRUCT : ANY
    case 'tuple':
      return type.elements.length === 1
        ? runtimeTypeOf(type.elements[0] as TypeExpr)
        : (GENERIC.get('Array') as RuntimeType)
    case 'nullable':
      return either([runtimeTypeOf(type.base), NAMED.get('Null') as RuntimeType])
    case 'union':
      return either(type.members.map(runtimeTypeOf))
    default:
      return ANY
  }
}

function either(types: readonly RuntimeType[]): RuntimeType {
  if (types.includes(ANY)) return ANY
  return {
    name: [...new Set(types.map((t) => t.name))].join(' | '),
    cast(v) {
      for (const t of types) {
        const cast = t.cast(v)
        if (cast !== undefined) return cast
      }
      return undefined
    },
  }
}
