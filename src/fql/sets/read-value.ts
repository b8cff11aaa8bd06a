import type { LambdaCode } from '#src/fql/eval/code.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { LambdaValue, NativeFunctionValue, UserFunctionValue } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { CursorValue, EventSourceValue, MAX_PAGE_SIZE, SetValue } from '#src/fql/values/set.ts'
import {
  BytesValue,
  DateValue,
  Double,
  IdValue,
  isArray,
  NULL,
  ObjectValue,
  TimeValue,
  UuidValue,
  type Value,
} from '#src/fql/values/value.ts'
import { type ByteReader, Malformed } from './bytes.ts'
import { cursorEnvironment } from './cursor-environment.ts'
import { parseLambdaText } from './lambda-text.ts'
import { builderOf, type Part } from './shapes.ts'
import { MAX_VALUE_DEPTH, TAG } from './value-tags.ts'

const NANOS_PER_SECOND = 1_000_000_000n

/** Reads what `writeValue` wrote; throws `Malformed` for anything else, and for names that are gone. */
export class ValueReader {
  private readonly ctx: Context
  private readonly input: ByteReader
  /** Commit time of the query that wrote it (microseconds): what was "now" then. */
  private readonly writtenAt: number
  private depth = 0

  constructor(ctx: Context, input: ByteReader, writtenAt: number) {
    this.ctx = ctx
    this.input = input
    this.writtenAt = writtenAt
  }

  value(): Value {
    return this.part() ?? malformed()
  }

  private part(): Part {
    if (++this.depth > MAX_VALUE_DEPTH + 1) malformed()
    const v = this.tagged(this.input.byte())
    this.depth--
    return v
  }

  private tagged(tag: number): Part {
    const { input } = this
    switch (tag) {
      case TAG.absent:
        return undefined
      case TAG.null:
        return NULL
      case TAG.false:
        return false
      case TAG.true:
        return true
      case TAG.int:
        return input.int()
      case TAG.long:
        return input.long()
      case TAG.double:
        return new Double(input.double())
      case TAG.string:
        return input.text()
      case TAG.bytes:
        return new BytesValue(Uint8Array.from(input.bytes()))
      case TAG.id:
        return new IdValue(input.long())
      case TAG.time:
        return new TimeValue(input.long() * NANOS_PER_SECOND + BigInt(input.int()))
      case TAG.transactionTime:
        return TimeValue.ofMicros(this.writtenAt)
      case TAG.date:
        return new DateValue(this.integer())
      case TAG.uuid:
        return new UuidValue(input.text())
      default:
        return this.compound(tag)
    }
  }

  private compound(tag: number): Value {
    switch (tag) {
      case TAG.array:
        return this.parts().map((v) => v ?? malformed())
      case TAG.object:
        return this.object()
      case TAG.doc:
        return this.document()
      case TAG.module:
        return this.module()
      case TAG.set:
        return this.set()
      case TAG.cursor:
        return this.cursor()
      case TAG.lambda:
        return this.lambda()
      case TAG.native:
        return this.native()
      case TAG.userFunction:
        return this.userFunction()
      case TAG.eventSource:
        return this.eventSource()
      default:
        return malformed()
    }
  }

  private integer(): number {
    const n = this.input.double()
    return Number.isSafeInteger(n) ? n : malformed()
  }

  private micros(): number | undefined {
    return this.input.byte() === 0 ? undefined : this.integer()
  }

  private parts(): Part[] {
    return Array.from({ length: this.input.size() }, () => this.part())
  }

  private object(): ObjectValue {
    const fields = new Map<string, Value>()
    for (let n = this.input.size(); n > 0; n--) fields.set(this.input.text(), this.value())
    return new ObjectValue(fields)
  }

  private module(): ModuleValue {
    const name = this.input.text()
    const id = this.input.byte() === 0 ? undefined : this.integer()
    const { host } = this.ctx
    const found = cursorEnvironment().builtIn(name) ?? host.systemCollection(name) ?? host.global(name)
    // A collection of the same name that was made later is another one.
    return found instanceof ModuleValue && found.collection?.id === id ? found : malformed()
  }

  private document(): DocValue {
    const collection = this.module()
    const key = this.value()
    if (typeof key !== 'bigint' && typeof key !== 'string') malformed()
    return new DocValue(collection, key as bigint | string, this.micros())
  }

  private set(): SetValue {
    const build = builderOf(this.input.text())
    return build?.(this.ctx, this.parts()) ?? malformed()
  }

  private cursor(): CursorValue {
    const size = this.input.count()
    const at = this.micros() ?? this.writtenAt
    const set = this.value()
    if (!(set instanceof SetValue) || size < 1 || size > MAX_PAGE_SIZE) malformed()
    return new CursorValue(set as SetValue, size, at)
  }

  private lambda(): LambdaValue {
    const text = this.input.text()
    const captured = new Map<string, Value>()
    for (let n = this.input.size(); n > 0; n--) captured.set(this.input.text(), this.value())
    const code = compiled(text, [...captured.keys()])
    return new LambdaValue(
      code,
      code.captures.map(({ name }) => captured.get(name) ?? malformed()),
    )
  }

  private native(): NativeFunctionValue {
    const name = this.input.text()
    const self = this.value()
    const method = cursorEnvironment().method(self, name)
    if (method) return new NativeFunctionValue(method, self)
    const global = cursorEnvironment().builtIn(name)
    return global instanceof NativeFunctionValue ? global : malformed()
  }

  private userFunction(): UserFunctionValue {
    const found = this.ctx.host.global(this.input.text())
    return found instanceof UserFunctionValue ? found : malformed()
  }

  private eventSource(): EventSourceValue {
    const watched = this.part()
    const set = this.value()
    if (!(set instanceof SetValue)) malformed()
    return new EventSourceValue(set as SetValue, watched === undefined ? undefined : paths(watched))
  }
}

function malformed(): never {
  throw new Malformed()
}

function paths(v: Value): readonly (readonly (string | number)[])[] {
  const ok =
    isArray(v) && v.every((p) => isArray(p) && p.every((e) => typeof e === 'string' || typeof e === 'number'))
  return ok ? (v as readonly (readonly (string | number)[])[]) : malformed()
}

/** Compiled lambdas of recent cursors: a client that turns pages brings the same ones again and again. */
const COMPILED = new Map<string, LambdaCode>()
const MAX_COMPILED = 256
const MAX_COMPILED_LENGTH = 2048

function compiled(text: string, names: readonly string[]): LambdaCode {
  const key = JSON.stringify([text, names])
  const known = COMPILED.get(key)
  if (known) return known
  const code = cursorEnvironment().compileLambda(parseLambdaText(text) ?? malformed(), names)
  if (key.length <= MAX_COMPILED_LENGTH) {
    if (COMPILED.size >= MAX_COMPILED) COMPILED.clear()
    COMPILED.set(key, code)
  }
  return code
}
