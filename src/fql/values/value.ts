/**
 * The values of FQL (spec/language.md §2.1).
 *
 * | FQL | here |
 * |---|---|
 * | Int | a JS number, always a 32-bit integer |
 * | Long | a JS bigint of 64 bits; arithmetic normalises those which fit 32 bits to Int, "Long" results stay |
 * | Double | `Double` |
 * | String, Boolean | string, boolean |
 * | Array | a JS array, never changed once made |
 * | everything else | an object with a `kind` |
 */
import type { Span } from '#src/fql/syntax/span.ts'
import type { DocValue, MissingCause } from './document.ts'
import type { FunctionValue } from './function.ts'
import type { ModuleValue } from './module.ts'
import type { CursorValue, EventSourceValue, SetValue } from './set.ts'

export type Value =
  | number
  | bigint
  | string
  | boolean
  | readonly Value[]
  | Double
  | NullValue
  | BytesValue
  | ObjectValue
  | IdValue
  | TimeValue
  | TransactionTimeValue
  | DateValue
  | UuidValue
  | DocValue
  | ModuleValue
  | SetValue
  | CursorValue
  | FunctionValue
  | EventSourceValue

export type Kind =
  | 'int'
  | 'long'
  | 'double'
  | 'string'
  | 'boolean'
  | 'array'
  | 'null'
  | 'bytes'
  | 'object'
  | 'id'
  | 'time'
  | 'transaction-time'
  | 'date'
  | 'uuid'
  | 'doc'
  | 'module'
  | 'set'
  | 'cursor'
  | 'lambda'
  | 'native-function'
  | 'user-function'
  | 'event-source'

export function kindOf(v: Value): Kind {
  switch (typeof v) {
    case 'number':
      return 'int'
    case 'bigint':
      return 'long'
    case 'string':
      return 'string'
    case 'boolean':
      return 'boolean'
  }
  return Array.isArray(v)
    ? 'array'
    : (v as Exclude<Value, number | bigint | string | boolean | readonly Value[]>).kind
}

export const isArray = (v: Value): v is readonly Value[] => Array.isArray(v)
export const isNumber = (v: Value): v is number | bigint | Double =>
  typeof v === 'number' || typeof v === 'bigint' || v instanceof Double

/** A 64-bit IEEE number. */
export class Double {
  readonly kind = 'double'
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** Why a null is one (spec/language.md §2.6). It decides what `!` says. */
export type NullCause =
  | { readonly why: 'literal' }
  | { readonly why: 'missing-field'; readonly field: string; readonly receiver: string }
  /** `due to REASON`: empty set, no element found, missing identity, … */
  | { readonly why: 'no-value'; readonly reason: string }
  /** A document that is not there, skipped by `?.` or projected. */
  | { readonly why: 'document'; readonly document: DocValue; readonly cause: MissingCause }

export class NullValue {
  readonly kind = 'null'
  readonly cause: NullCause
  readonly span: Span | undefined
  constructor(cause: NullCause, span?: Span) {
    this.cause = cause
    this.span = span
  }
}

const LITERAL: NullCause = { why: 'literal' }
/** A null without a story: stored nulls, `if` without else, results of procedures. */
export const NULL = new NullValue(LITERAL)
export const nullBecause = (reason: string, span?: Span): NullValue =>
  new NullValue({ why: 'no-value', reason }, span)
export const nullLiteral = (span: Span): NullValue => new NullValue(LITERAL, span)
export const isNull = (v: Value): v is NullValue => v instanceof NullValue

export class BytesValue {
  readonly kind = 'bytes'
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** An object literal ("struct"). A Map, so that `__proto__` is a name like any other and order is insertion order. */
export class ObjectValue {
  readonly kind = 'object'
  readonly fields: ReadonlyMap<string, Value>
  constructor(fields: ReadonlyMap<string, Value>) {
    this.fields = fields
  }
}

export const objectOf = (fields: Readonly<Record<string, Value | undefined>>): ObjectValue => {
  const map = new Map<string, Value>()
  for (const [k, v] of Object.entries(fields)) if (v !== undefined) map.set(k, v)
  return new ObjectValue(map)
}

/** A document id: a signed 64-bit integer. */
export class IdValue {
  readonly kind = 'id'
  readonly id: bigint
  constructor(id: bigint) {
    this.id = id
  }
}

/** An instant: nanoseconds since 1970-01-01T00:00:00Z. */
export class TimeValue {
  readonly kind = 'time'
  readonly nanos: bigint
  /** ISO text, once `timeText` has made it. */
  text: string | undefined
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
  static ofMicros(micros: number): TimeValue {
    return new TimeValue(BigInt(micros) * 1000n)
  }
}

/** The commit time of the running transaction, not known yet. */
export class TransactionTimeValue {
  readonly kind = 'transaction-time'
}
export const TRANSACTION_TIME = new TransactionTimeValue()

/** A calendar date: days since 1970-01-01. */
export class DateValue {
  readonly kind = 'date'
  readonly epochDay: number
  constructor(epochDay: number) {
    this.epochDay = epochDay
  }
}

/** `text` is the canonical lower-case form with dashes. */
export class UuidValue {
  readonly kind = 'uuid'
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
