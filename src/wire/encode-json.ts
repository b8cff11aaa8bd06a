/** The simple and the tagged format (protocol §4.1), as JSON text without objects in between. */
import { finishToken } from '#src/fql/sets/cursor.ts'
import type { Page } from '#src/fql/sets/read.ts'
import { formatDate, formatTime, timeText } from '#src/fql/values/calendar.ts'
import { type DocValue, isNamed } from '#src/fql/values/document.ts'
import { formatDouble } from '#src/fql/values/double-text.ts'
import { ListedFields } from '#src/fql/values/listed-fields.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import { debugScalar } from '#src/fql/values/text.ts'
import { isArray, type Value } from '#src/fql/values/value.ts'
import { jsonKey, jsonString } from './json-string.ts'
import type { Materialised } from './materialise.ts'

type Fields = ReadonlyMap<string, Value>

/** Longer texts of documents are made anew for each answer. */
const MAX_KEPT_TEXT = 4096

export class JsonEncoder {
  private readonly m: Materialised
  private readonly tagged: boolean
  private readonly ts: number
  private insideDocument = false
  private readonly enclosing: SetValue[] = []

  constructor(m: Materialised, tagged: boolean, ts: number) {
    this.m = m
    this.tagged = tagged
    this.ts = ts
  }

  value(v: Value): string {
    switch (typeof v) {
      case 'string':
        return jsonString(v)
      case 'number':
        return this.tagged ? `{"@int":"${v}"}` : String(v)
      case 'bigint':
        return this.tagged ? `{"@long":"${v}"}` : String(v)
      case 'boolean':
        return v ? 'true' : 'false'
      default:
        return isArray(v) ? this.array(v) : this.object(v)
    }
  }

  private object(v: Exclude<Value, string | number | bigint | boolean | readonly Value[]>): string {
    switch (v.kind) {
      case 'null':
        return 'null'
      case 'object':
        return this.fields(v.fields)
      case 'doc':
        return this.document(v)
      case 'set':
        return this.set(v)
      case 'double':
        return this.double(v.value)
      case 'time':
        return this.scalar('@time', timeText(v))
      case 'transaction-time':
        return this.scalar('@time', formatTime(BigInt(this.ts) * 1000n))
      case 'date':
        return this.scalar('@date', formatDate(v.epochDay))
      case 'id':
        return `"${v.id}"`
      case 'uuid':
        return this.scalar('@uuid', v.text)
      case 'bytes':
        return this.scalar('@bytes', Buffer.from(v.bytes).toString('base64'))
      case 'module':
        return this.module(v)
      case 'cursor':
        return this.token(v)
      case 'event-source':
        return this.wrap('@stream', this.token(v))
      default:
        return jsonString(debugScalar(v))
    }
  }

  /** `text` needs no escapes. */
  private scalar(tag: string, text: string): string {
    return this.tagged ? `{"${tag}":"${text}"}` : `"${text}"`
  }

  private wrap(tag: string, json: string): string {
    return this.tagged ? `{"${tag}":${json}}` : json
  }

  private double(n: number): string {
    const text = formatDouble(n)
    if (this.tagged) return `{"@double":"${text}"}`
    return Number.isFinite(n) ? text : `"${text}"`
  }

  private module(v: ModuleValue): string {
    return this.wrap('@mod', jsonString(v.name))
  }

  private array(v: readonly Value[]): string {
    let out = '['
    for (let i = 0; i < v.length; i++) out += (i === 0 ? '' : ',') + this.value(v[i] as Value)
    return `${out}]`
  }

  private fields(fields: Fields): string {
    let out = ''
    let atKey = false
    for (const [key, v] of fields) {
      if (key.charCodeAt(0) === 0x40) atKey = true
      out += (out === '' ? '{' : ',') + jsonKey(key) + this.value(v)
    }
    const json = out === '' ? '{}' : `${out}}`
    return atKey ? this.wrap('@object', json) : json
  }

  private document(doc: DocValue): string {
    const contents = this.insideDocument ? undefined : this.m.documents.get(doc)
    if (contents === undefined) return this.wrap('@ref', `{${this.identity(doc)}}`)
    if (typeof contents === 'string')
      return this.tagged ? `{"@ref":{${this.identity(doc)},"exists":false,"cause":"${contents}"}}` : 'null'
    return this.wrap(
      '@doc',
      contents instanceof ListedFields ? this.listed(contents) : this.content(contents),
    )
  }

  private content(fields: Fields): string {
    this.insideDocument = true
    const json = this.fields(fields)
    this.insideDocument = false
    return json
  }

  /** Fields that many answers show. */
  private listed(fields: ListedFields): string {
    const format = this.tagged ? 'tagged' : 'simple'
    const known = fields[format]
    if (known !== undefined) return known
    const json = this.content(fields)
    if (json.length > MAX_KEPT_TEXT) return json
    // In one piece: a text put together is a tree of its parts, to be walked each time it is sent.
    fields[format] = Buffer.from(json).toString()
    return fields[format]
  }

  private identity(doc: DocValue): string {
    const key = isNamed(doc) ? `"name":${jsonString(doc.key)}` : `"id":"${doc.key}"`
    return `${key},"coll":${this.module(doc.collection)}`
  }

  private set(set: SetValue): string {
    const page = this.insideDocument || this.enclosing.includes(set) ? undefined : this.m.pages.get(set)
    if (!page) return this.wrap('@set', this.token(set))
    this.enclosing.push(set)
    const json = this.page(page)
    this.enclosing.pop()
    return this.wrap('@set', json)
  }

  private page({ data, after }: Page): string {
    const elements = `{"data":${this.array(data)}`
    return after ? `${elements},"after":${this.token(after)}}` : `${elements}}`
  }

  private token(v: Value): string {
    const draft = this.m.tokens.get(v)
    return draft ? `"${finishToken(draft, this.ts)}"` : 'null'
  }
}
