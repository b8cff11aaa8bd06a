/** Display and debug forms of values (spec/language.md §2.9). Documents are read, hence the eventual answers. */

import * as fail from '#src/fql/errors/catalogue.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { sandboxed } from '#src/fql/eval/sandbox.ts'
import { encodeCursor } from '#src/fql/sets/cursor.ts'
import { type Eventual, mapInOrder, andThen as then } from '#src/lib/eventual.ts'
import { formatDate, formatTime } from './calendar.ts'
import { type DocValue, isNamed } from './document.ts'
import { formatDouble, wholeDigits } from './double-text.ts'
import type { NativeFunctionValue, UserFunctionValue } from './function.ts'
import type { ModuleValue } from './module.ts'
import type { CursorValue } from './set.ts'
import {
  type BytesValue,
  type DateValue,
  type Double,
  type IdValue,
  isArray,
  kindOf,
  type ObjectValue,
  type TimeValue,
  type UuidValue,
  type Value,
} from './value.ts'

/** UTF-16 units (spec/stdlib.md §13). */
const MAX_TEXT_LENGTH = 16_777_216

/** `toString()`, interpolation, `log`. */
export function display(ctx: Context, v: Value): Eventual<string> {
  if (typeof v === 'string') return v
  switch (kindOf(v)) {
    case 'double':
      return displayDouble((v as Double).value)
    case 'id':
      return String((v as IdValue).id)
    case 'time':
      return formatTime((v as TimeValue).nanos)
    case 'date':
      return formatDate((v as DateValue).epochDay)
    case 'uuid':
      return (v as UuidValue).text
    case 'bytes':
      return base64(v as BytesValue)
    case 'transaction-time':
      return '[transaction time]'
    case 'cursor':
      return encodeCursor(ctx, v as CursorValue)
    default:
      return debug(ctx, v)
  }
}

/** `dbg`, and what stands inside containers. */
export function debug(ctx: Context, v: Value): Eventual<string> {
  const kind = kindOf(v)
  if (kind === 'doc') return debugDocument(ctx, v as DocValue)
  if (isArray(v)) {
    if (v.length === 0) return '[]'
    return then(
      mapInOrder(v, (e) => debug(ctx, e)),
      listText,
    )
  }
  if (kind === 'object') return debugFields(ctx, (v as ObjectValue).fields, debug)
  if (kind === 'cursor') return `"${encodeCursor(ctx, v as CursorValue)}"`
  return debugScalar(v)
}

/** The debug form of values that hold no others. */
export function debugScalar(v: Value): string {
  switch (kindOf(v)) {
    case 'string':
      return quote(v as string)
    case 'double':
      return formatDouble((v as Double).value)
    case 'id':
      return `ID("${(v as IdValue).id}")`
    case 'time':
      return `Time("${formatTime((v as TimeValue).nanos)}")`
    case 'date':
      return `Date("${formatDate((v as DateValue).epochDay)}")`
    case 'uuid':
      return `UUID("${(v as UuidValue).text}")`
    case 'bytes':
      return `Bytes("${base64(v as BytesValue)}")`
    case 'transaction-time':
      return 'TransactionTime()'
    case 'null':
      return 'null'
    case 'module':
      return (v as ModuleValue).name
    case 'set':
      return '[set]'
    case 'event-source':
      return '[event source]'
    case 'lambda':
      return '[function <lambda>]'
    case 'native-function':
      return `[function ${(v as NativeFunctionValue).definition.name}()]`
    case 'user-function':
      return `[function ${(v as UserFunctionValue).name}()]`
    default:
      return String(v)
  }
}

const base64 = (v: BytesValue): string => Buffer.from(v.bytes).toString('base64')

const displayDouble = (n: number): string =>
  Number.isInteger(n) ? (Object.is(n, -0) ? '-0' : wholeDigits(n)) : formatDouble(n)

/** Printing is no reason to fail: a document that cannot be read, for a computed field that fails, shows why. */
function debugDocument(ctx: Context, doc: DocValue): Eventual<string> {
  const contents = sandboxed<ReadonlyMap<string, Value> | string | QueryFailure>(
    ctx,
    () => ctx.host.contents(ctx, doc),
    (failure) => failure,
  )
  return then(contents, (read) => {
    if (read instanceof QueryFailure) return `[error: ${read.message}]`
    return typeof read === 'string' ? 'null' : debugFields(ctx, read, debugInsideDocument)
  })
}

/** A document in a field of a printed document stays a bare reference: that stops cycles. */
function debugInsideDocument(ctx: Context, v: Value): Eventual<string> {
  const kind = kindOf(v)
  if (kind === 'doc') return referenceText(v as DocValue)
  if (isArray(v))
    return then(
      mapInOrder(v, (e) => debugInsideDocument(ctx, e)),
      listText,
    )
  if (kind === 'object') return debugFields(ctx, (v as ObjectValue).fields, debugInsideDocument)
  return debug(ctx, v)
}

/** Only a reference whose collection is gone counts as missing: no other is read. */
const referenceText = (doc: DocValue): string =>
  doc.collection.collection
    ? `[doc ${isNamed(doc) ? doc.key : String(doc.key)} in ${doc.collection.name}]`
    : 'null'

function debugFields(
  ctx: Context,
  fields: ReadonlyMap<string, Value>,
  each: (ctx: Context, v: Value) => Eventual<string>,
): Eventual<string> {
  if (fields.size === 0) return '{}'
  const texts = mapInOrder([...fields], ([key, value]) =>
    then(each(ctx, value), (t) => `${keyText(key)}: ${t}`),
  )
  return then(texts, (ts) => {
    requireLength(ts)
    return `{ ${ts.join(', ')} }`
  })
}

function listText(texts: readonly string[]): string {
  requireLength(texts)
  return `[${texts.join(', ')}]`
}

/** Values share their parts: their text may be far longer than what made them. */
function requireLength(texts: readonly string[]): void {
  let size = 2
  for (const text of texts) size += text.length + 2
  if (size > MAX_TEXT_LENGTH) throw fail.valueTooLarge(`string size ${size} exceeds limit ${MAX_TEXT_LENGTH}`)
}

const BARE_KEY = /^\p{L}[\p{L}\p{Nd}_]*$/u
const keyText = (key: string): string => (BARE_KEY.test(key) ? key : quote(key))

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\v': '\\v',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

export const quote = (s: string): string =>
  `"${s.replace(/[\0\n\r\v\t\b\f\\"'`#]/g, (c) => ESCAPES[c] ?? `\\${c}`)}"`
