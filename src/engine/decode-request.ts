/** Values of templates and arguments (spec/protocol.md §3.2, §3.3, §4.4). */
import type { Collection } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import { InvalidQuery } from '#src/fql/errors/failure.ts'
import { PLACEHOLDER } from '#src/fql/syntax/grammar.ts'
import { joinTemplate } from '#src/fql/syntax/template.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { JsonValue } from '#src/lib/json.ts'
import { decodeSimple, decodeTagged, InvalidValue } from '#src/wire/decode.ts'
import { protocolReply } from './reply.ts'
import type { QueryRequest, Reply } from './service.ts'

/** The query's text, and the values that it names: arguments by their names, template values as `$0`, `$1` … */
export interface DecodedRequest {
  readonly text: string
  readonly isTemplate: boolean
  readonly names: readonly string[]
  readonly values: readonly Value[]
}

/** The query does not get as far as running: bad arguments. Answered without envelope. */
export class RefusedRequest {
  readonly reply: Reply
  constructor(reply: Reply) {
    this.reply = reply
  }
}

/** Throws `RefusedRequest` for an argument, `InvalidQuery` for a template value that does not decode. */
export function decodeRequest(host: DatabaseHost, request: QueryRequest): Eventual<DecodedRequest> {
  const decoder = new RequestDecoder(host, request)
  const decoded = decoder.decode()
  return andThen(decoder.lookUp(), () => decoded)
}

/** A document that must exist, and how to tell that it does not. */
interface NamedReference {
  readonly document: DocValue
  refuse(): never
}

/** Refuses a value that does not decode, at its place. */
type Refuse = (reason: string) => never
/** A template value, decoded once its place in the query is known. */
type Decode = (refuse: Refuse) => Value

const COMPOSE = {
  array:
    (items: readonly Decode[]): Decode =>
    (refuse) =>
      items.map((decode) => decode(refuse)),
  object:
    (keys: readonly string[], items: readonly Decode[]): Decode =>
    (refuse) =>
      new ObjectValue(new Map(keys.map((k, i) => [k, (items[i] as Decode)(refuse)]))),
}

class RequestDecoder {
  private readonly host: DatabaseHost
  private readonly request: QueryRequest
  private readonly references: NamedReference[] = []

  constructor(host: DatabaseHost, request: QueryRequest) {
    this.host = host
    this.request = request
  }

  decode(): DecodedRequest {
    const { query, arguments: args } = this.request
    const argumentValues = args?.keys.map((name, i) => this.argument(name, args.values[i] as JsonValue)) ?? []
    const { text, values } = joinTemplate<Decode>(this.template(query), COMPOSE)
    return {
      text,
      isTemplate: typeof query !== 'string',
      names: [...values.map((_, i) => `$${i}`), ...(args?.keys ?? [])],
      values: [...values.map((v) => v.value((reason) => refuseAt(text, v.start, reason))), ...argumentValues],
    }
  }

  /** Looks for the documents of schema collections that were named. */
  lookUp(): Eventual<void> {
    return eachIndex(this.references.length, (i) => {
      const { document, refuse } = this.references[i] as NamedReference
      const collection = document.collection.collection as Collection
      return andThen(this.host.idOf(collection, document.key, undefined), (id) => {
        if (id === undefined) refuse()
      })
    })
  }

  private argument(name: string, json: JsonValue): Value {
    if (this.request.format === 'simple') return decodeSimple(json)
    return this.tagged(json, (reason) => {
      const message = `Invalid argument '${name}': ${reason}`
      throw new RefusedRequest(protocolReply(400, 'invalid_request', message, this.request.tags))
    })
  }

  private tagged(json: JsonValue, refuse: Refuse): Value {
    const { host, references } = this
    try {
      return decodeTagged(
        json,
        (name) => host.global(name),
        (document, reason) => references.push({ document, refuse: () => refuse(reason) }),
      )
    } catch (error) {
      if (error instanceof InvalidValue) return refuse(error.message)
      throw error
    }
  }

  private template(t: QueryRequest['query']): Parameters<typeof joinTemplate<Decode>>[0] {
    if (typeof t === 'string') return t
    switch (t.kind) {
      case 'fql':
        return { kind: 'fql', parts: t.parts.map((p) => this.template(p)) }
      case 'value':
        return { kind: 'value', value: (refuse) => this.tagged(t.value, refuse) }
      case 'array':
        return { kind: 'array', items: t.items.map((p) => this.template(p)) }
      case 'object':
        return { kind: 'object', keys: t.keys, items: t.items.map((p) => this.template(p)) }
    }
  }
}

function refuseAt(text: string, start: number, message: string): never {
  const span = { source: { name: '*query*', text }, start, end: start + PLACEHOLDER.length }
  throw new InvalidQuery([{ kind: 'error', message, span }])
}
