/** The `query` of a request, from JSON to a template (protocol §3.3). Throws `BadRequest`. */
import type { QueryTemplate } from '#src/engine/service.ts'
import { JsonObject, type JsonValue } from '#src/lib/json.ts'
import { BadRequest } from './bad-request.ts'
import { jsonKind } from './json-kind.ts'

/** Recursion is bounded by the depth that the JSON parser allows. */
export function readTemplate(json: JsonValue): QueryTemplate {
  if (typeof json === 'string') return json
  if (!(json instanceof JsonObject)) {
    throw new BadRequest(`Invalid request body: Unexpected JSON ${jsonKind(json)}. Expected query template.`)
  }
  if (json.keys.length !== 1) throw wrongKey(json.keys.length === 0 ? 'Object End' : 'Object Field Name')
  const content = json.values[0] as JsonValue
  switch (json.keys[0]) {
    case 'fql':
      return { kind: 'fql', parts: list(content).map(readPart) }
    case 'value':
      return { kind: 'value', value: content }
    case 'array':
      return { kind: 'array', items: list(content).map(readPart) }
    case 'object':
      return readObject(content)
    default:
      throw wrongKey('Object Field Name')
  }
}

function readPart(json: JsonValue): QueryTemplate {
  if (typeof json === 'string' && json.includes('\0')) {
    throw new BadRequest('Invalid request body: FQL strings cannot contain NUL characters')
  }
  return readTemplate(json)
}

function readObject(json: JsonValue): QueryTemplate {
  if (!(json instanceof JsonObject)) throw unexpected(json)
  const seen = new Set<string>()
  for (const key of json.keys) {
    if (seen.has(key)) throw new BadRequest(`Invalid request body: Duplicate object field \`${key}\``)
    seen.add(key)
  }
  return { kind: 'object', keys: json.keys, items: json.values.map(readPart) }
}

function list(json: JsonValue): readonly JsonValue[] {
  if (!Array.isArray(json)) throw unexpected(json)
  return json
}

const unexpected = (json: JsonValue): BadRequest =>
  new BadRequest(`Invalid request body: Unexpected JSON ${jsonKind(json)}.`)

const wrongKey = (kind: string): BadRequest =>
  new BadRequest(
    `Invalid request body: Unexpected JSON ${kind}. Expected an object with a single key 'fql', 'value', 'array', or 'object'.`,
  )
