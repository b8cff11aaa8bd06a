/** The decorated format: the result as one text of FQL, for people (protocol §4.1). */
import { finishToken } from '#src/fql/sets/cursor.ts'
import { formatDate, formatTime, timeText } from '#src/fql/values/calendar.ts'
import { type DocValue, isNamed } from '#src/fql/values/document.ts'
import { formatDouble } from '#src/fql/values/double-text.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import { quote } from '#src/fql/values/text.ts'
import { isArray, type Value } from '#src/fql/values/value.ts'
import type { Materialised } from './materialise.ts'

export const encodeDecorated = (m: Materialised, ts: number): string =>
  new Decorator(m, ts).value(m.value, '')

const STEP = '  '

/** Each method answers a text whose first line stands where it is put; further lines begin with `indent`. */
class Decorator {
  private readonly m: Materialised
  private readonly ts: number
  private insideDocument = false
  private readonly enclosing: SetValue[] = []

  constructor(m: Materialised, ts: number) {
    this.m = m
    this.ts = ts
  }

  value(v: Value, indent: string): string {
    if (typeof v === 'string') return text(v, indent)
    if (typeof v !== 'object') return String(v)
    return isArray(v) ? this.array(v, indent) : this.object(v, indent)
  }

  private object(
    v: Exclude<Value, string | number | bigint | boolean | readonly Value[]>,
    indent: string,
  ): string {
    switch (v.kind) {
      case 'null':
        return 'null'
      case 'object':
        return this.fields([...v.fields], indent)
      case 'doc':
        return this.document(v, indent)
      case 'set':
        return this.set(v, indent)
      case 'double':
        return double(v.value)
      case 'time':
        return `Time("${timeText(v)}")`
      case 'transaction-time':
        return `Time("${formatTime(BigInt(this.ts) * 1000n)}")`
      case 'date':
        return `Date("${formatDate(v.epochDay)}")`
      case 'id':
        return quote(String(v.id))
      case 'uuid':
        return `UUID("${v.text}")`
      case 'bytes':
        return `Bytes("${Buffer.from(v.bytes).toString('base64')}")`
      case 'module':
        return moduleName(v)
      case 'lambda':
        return quote('[function <lambda>]')
      case 'native-function':
        return quote(`[function ${v.definition.name}]`)
      case 'user-function':
        return quote(`[function ${v.name}]`)
      case 'cursor':
      case 'event-source':
        return this.token(v)
    }
  }

  private array(v: readonly Value[], indent: string): string {
    const inner = indent + STEP
    return enclose(
      '[',
      ']',
      v.map((e) => this.value(e, inner)),
      indent,
    )
  }

  private fields(fields: readonly (readonly [string, Value])[], indent: string): string {
    const inner = indent + STEP
    return enclose(
      '{',
      '}',
      fields.map(([k, v]) => `${keyText(k, inner)}: ${this.value(v, inner)}`),
      indent,
    )
  }

  private document(doc: DocValue, indent: string): string {
    const contents = this.insideDocument ? undefined : this.m.documents.get(doc)
    if (contents === undefined) return reference(doc, indent)
    if (typeof contents === 'string') return `${reference(doc, indent)} /* ${contents} */`
    this.insideDocument = true
    const out = this.fields([...contents], indent)
    this.insideDocument = false
    return out
  }

  private set(set: SetValue, indent: string): string {
    const page = this.insideDocument || this.enclosing.includes(set) ? undefined : this.m.pages.get(set)
    if (!page) return this.token(set)
    this.enclosing.push(set)
    const after: [string, Value][] = page.after ? [['after', page.after]] : []
    const out = this.fields([['data', page.data], ...after], indent)
    this.enclosing.pop()
    return out
  }

  private token(v: Value): string {
    const draft = this.m.tokens.get(v)
    return draft ? quote(finishToken(draft, this.ts)) : 'null'
  }
}

function enclose(open: string, close: string, items: readonly string[], indent: string): string {
  if (items.length === 0) return open + close
  const separator = `\n${indent}${STEP}`
  return `${open}${separator}${items.join(`,${separator}`)}\n${indent}${close}`
}

function double(n: number): string {
  if (Number.isFinite(n)) return formatDouble(n)
  return Number.isNaN(n) ? 'Math.NaN' : n > 0 ? 'Math.Infinity' : '-Math.Infinity'
}

/** The collection of documents whose own is gone. */
const moduleName = (m: ModuleValue): string =>
  m.name === 'Deleted' && !m.collection?.user ? 'Collection.Deleted' : m.name

const reference = (doc: DocValue, indent: string): string =>
  isNamed(doc)
    ? `${moduleName(doc.collection)}.byName(${text(doc.key, indent)})`
    : `${moduleName(doc.collection)}("${doc.key}")`

const BARE_KEY = /^\p{L}[\p{L}\p{Nd}_]*$/u
const keyText = (key: string, indent: string): string => (BARE_KEY.test(key) ? key : text(key, indent))

/** A string; one with line feeds as a heredoc, unless it contains all the end marks there are. */
function text(s: string, indent: string): string {
  const end = s.includes('\n') ? endMark(s) : undefined
  if (end === undefined) return quote(s)
  const inner = indent + STEP
  const lines = s.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return `<<-${end}\n${lines.map((l) => `${inner}${l}\n`).join('')}${indent}${end}`
}

const endMark = (s: string): string | undefined =>
  ['END', ...Array.from({ length: 10 }, (_x, i) => `END${i}`)].find((mark) => !s.includes(mark))
