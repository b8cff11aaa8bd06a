import * as fail from '#src/fql/errors/catalogue.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { LambdaValue, NativeFunctionValue, UserFunctionValue } from '#src/fql/values/function.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import type { CursorValue, EventSourceValue, SetValue } from '#src/fql/values/set.ts'
import type {
  BytesValue,
  DateValue,
  Double,
  IdValue,
  ObjectValue,
  TimeValue,
  UuidValue,
} from '#src/fql/values/value.ts'
import { type Kind, kindOf } from '#src/fql/values/value.ts'
import type { ByteWriter } from './bytes.ts'
import { lambdaText } from './lambda-text.ts'
import type { Part } from './shapes.ts'
import { MAX_VALUE_DEPTH, TAG } from './value-tags.ts'

const NANOS_PER_SECOND = 1_000_000_000n

type Writer = (out: ByteWriter, v: never, depth: number) => void

/** How the content of each kind is written, after its tag. */
const WRITERS: Readonly<Record<Kind, readonly [tag: number, write: Writer]>> = {
  null: [TAG.null, () => {}],
  boolean: [TAG.false, () => {}],
  int: [TAG.int, (out, v: number) => out.int(v)],
  long: [TAG.long, (out, v: bigint) => out.long(v)],
  double: [TAG.double, (out, v: Double) => out.double(v.value)],
  string: [TAG.string, (out, v: string) => out.text(v)],
  bytes: [TAG.bytes, (out, v: BytesValue) => out.bytes(v.bytes)],
  id: [TAG.id, (out, v: IdValue) => out.long(v.id)],
  time: [TAG.time, writeTime],
  'transaction-time': [TAG.transactionTime, () => {}],
  date: [TAG.date, (out, v: DateValue) => out.double(v.epochDay)],
  uuid: [TAG.uuid, (out, v: UuidValue) => out.text(v.text)],
  array: [TAG.array, writeList],
  object: [TAG.object, writeObject],
  doc: [TAG.doc, writeDocument],
  module: [TAG.module, writeModule],
  set: [TAG.set, writeSet],
  cursor: [TAG.cursor, writeCursor],
  lambda: [TAG.lambda, writeLambda],
  'native-function': [TAG.native, writeNative],
  'user-function': [TAG.userFunction, (out, v: UserFunctionValue) => out.text(v.name)],
  'event-source': [TAG.eventSource, writeEventSource],
}

/** Writes one value, self-describing. Documents become references: what was read of them stays behind. */
export function writeValue(out: ByteWriter, v: Part, depth = 0): void {
  if (depth > MAX_VALUE_DEPTH)
    throw fail.valueTooLarge(`values in a cursor are nested more than ${MAX_VALUE_DEPTH} deep`)
  if (v === undefined || v === true) out.byte(v ? TAG.true : TAG.absent)
  else {
    const [tag, write] = WRITERS[kindOf(v)]
    out.byte(tag)
    write(out, v as never, depth)
  }
}

function writeList(out: ByteWriter, list: readonly Part[], depth: number): void {
  out.count(list.length)
  for (const v of list) writeValue(out, v, depth + 1)
}

function writeObject(out: ByteWriter, v: ObjectValue, depth: number): void {
  out.count(v.fields.size)
  for (const [key, value] of v.fields) {
    out.text(key)
    writeValue(out, value, depth + 1)
  }
}

/** Seconds and nanoseconds: a time may lie beyond 64 bits of nanoseconds. */
function writeTime(out: ByteWriter, v: TimeValue): void {
  const nanos = ((v.nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND
  out.long((v.nanos - nanos) / NANOS_PER_SECOND)
  out.int(Number(nanos))
}

function writeMicros(out: ByteWriter, at: number | undefined): void {
  out.byte(at === undefined ? 0 : 1)
  if (at !== undefined) out.double(at)
}

function writeModule(out: ByteWriter, m: ModuleValue): void {
  out.text(m.name)
  out.byte(m.collection ? 1 : 0)
  if (m.collection) out.double(m.collection.id)
}

function writeDocument(out: ByteWriter, doc: DocValue): void {
  writeModule(out, doc.collection)
  writeValue(out, doc.key)
  writeMicros(out, doc.at)
}

function writeSet(out: ByteWriter, set: SetValue, depth: number): void {
  out.text(set.shape)
  writeList(out, set.parts(), depth)
}

function writeCursor(out: ByteWriter, cursor: CursorValue, depth: number): void {
  out.count(cursor.pageSize)
  writeMicros(out, cursor.at)
  writeValue(out, cursor.set, depth + 1)
}

function writeLambda(out: ByteWriter, f: LambdaValue, depth: number): void {
  const { text, names } = lambdaText(f.code)
  out.text(text)
  out.count(names.length)
  for (let i = 0; i < names.length; i++) {
    out.text(names[i] as string)
    writeValue(out, f.captured[i], depth + 1)
  }
}

function writeNative(out: ByteWriter, f: NativeFunctionValue, depth: number): void {
  out.text(f.definition.name)
  writeValue(out, f.self, depth + 1)
}

function writeEventSource(out: ByteWriter, source: EventSourceValue, depth: number): void {
  writeValue(out, source.watched, depth + 1)
  writeValue(out, source.set, depth + 1)
}
