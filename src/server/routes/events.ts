/** What the bodies of `/stream/1` and `/feed/1` have in common (protocol §7.2, §8). */
import { isUtf8 } from 'node:buffer'
import type { EventPosition } from '#src/engine/service.ts'
import { JsonDouble, JsonObject, type JsonValue } from '#src/lib/json.ts'
import { BadRequest } from '../bad-request.ts'
import type { Body } from '../body.ts'
import { JsonError, parseJson } from '../json-parser.ts'

export interface EventSourceBody extends EventPosition {
  readonly token: string
  readonly json: JsonObject
}

/** `end`: the messages of the feed end in a full stop, those of the stream do not. */
export function readEventSourceBody(body: Body, end: '' | '.'): EventSourceBody {
  if (!(body instanceof Buffer)) throw new BadRequest('No request body provided')
  const json = parse(body)
  const token = text(json, 'token')
  if (token === undefined) throw invalidBody('Value for key token not found.')
  const startTs = integer(json, 'start_ts')
  const cursor = text(json, 'cursor')
  if (startTs !== undefined && cursor !== undefined) {
    throw invalidBody(`can not provide both \`start_ts\` and \`cursor\`${end}`)
  }
  return { token, startTs, cursor, json }
}

/** A whole number of the body; undefined when absent or null. */
export function integer(json: JsonObject, key: string): number | undefined {
  const value = json.get(key) ?? undefined
  if (value === undefined || typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  throw unexpected(value)
}

export const invalidBody = (reason: string): BadRequest => new BadRequest(`Invalid request body: ${reason}`)

function text(json: JsonObject, key: string): string | undefined {
  const value = json.get(key) ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw unexpected(value)
}

function parse(body: Buffer): JsonObject {
  let json: JsonValue
  try {
    json = isUtf8(body) ? parseJson(body.toString('utf8')) : null
  } catch (error) {
    if (error instanceof JsonError) throw invalidBody('not valid JSON.')
    throw error
  }
  if (json instanceof JsonObject) return json
  throw unexpected(json)
}

function unexpected(value: JsonValue): BadRequest {
  return invalidBody(`Unexpected ${describe(value)}.`)
}

function describe(value: JsonValue): string {
  if (value === null) return 'null value'
  if (typeof value === 'string') return `string value '${value}'`
  if (typeof value === 'boolean') return `${value} value`
  if (value instanceof JsonDouble) return `float value ${value.value}`
  if (value instanceof JsonObject) return 'object value'
  return Array.isArray(value) ? 'array value' : `integer value ${value}`
}
