/** `POST /query/1` (protocol §3). */
import type { QueryRequest, QueryService, Reply } from '#src/engine/service.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { JsonObject } from '#src/lib/json.ts'
import { maxBodyBytes } from '#src/lib/limits.ts'
import { BadRequest } from '../bad-request.ts'
import { type Body, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { type Headers, readBoolean, readFormat, readTransactionHeaders } from '../headers.ts'
import { parseBody } from '../json-body.ts'
import { jsonKind } from '../json-kind.ts'
import { protocolError, tooLargeMessage } from '../replies.ts'
import { readTags } from '../tags.ts'
import { readTemplate } from '../template.ts'

export function query(exchange: Exchange, service: QueryService): void {
  const headers = exchange.attempt(() => readQueryHeaders(exchange.request.headers), protocolError)
  if (headers === undefined) return
  readBody(exchange.request, maxBodyBytes, (body) =>
    exchange.answer(() => run(exchange, service, headers, body), protocolError),
  )
}

type QueryHeaders = Pick<
  QueryRequest,
  | 'lastTxnTs'
  | 'timeoutMs'
  | 'maxContentionRetries'
  | 'tags'
  | 'format'
  | 'typecheck'
  | 'linearized'
  | 'performanceHints'
>

/** In the order in which the first bad one is reported. */
function readQueryHeaders(headers: Headers): QueryHeaders {
  const { lastTxnTs, timeoutMs, maxContentionRetries } = readTransactionHeaders(headers)
  return {
    lastTxnTs,
    timeoutMs,
    maxContentionRetries,
    tags: readTags(headers),
    format: readFormat(headers),
    typecheck: readBoolean(headers, 'x-typecheck'),
    linearized: readBoolean(headers, 'x-linearized') ?? false,
    performanceHints: readBoolean(headers, 'x-performance-hints') ?? false,
  }
}

function run(exchange: Exchange, service: QueryService, headers: QueryHeaders, body: Body): Eventual<Reply> {
  if (body === 'too-large') return protocolError(413, 'request_size_exceeded', tooLargeMessage)
  if (body === undefined) throw new BadRequest('No request body provided')
  const { query, arguments: args } = readQueryBody(body)
  return service.query({
    authorization: exchange.header('authorization'),
    address: exchange.clientAddress,
    query,
    arguments: args,
    format: headers.format,
    typecheck: headers.typecheck,
    linearized: headers.linearized,
    performanceHints: headers.performanceHints,
    timeoutMs: headers.timeoutMs,
    startedAt: exchange.startedAt,
    maxContentionRetries: headers.maxContentionRetries,
    lastTxnTs: headers.lastTxnTs,
    tags: headers.tags,
    trace: exchange.request.headers['x-trace'] !== undefined,
    requestId: exchange.requestId,
  })
}

/** `{"query": …, "arguments"?: {…}}` and no other key (protocol §3.2). */
function readQueryBody(bytes: Buffer): Pick<QueryRequest, 'query' | 'arguments'> {
  const json = parseBody(bytes)
  if (!(json instanceof JsonObject)) {
    throw new BadRequest(`Invalid request body: Unexpected JSON ${jsonKind(json)}.`)
  }
  const { keys } = json
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] !== 'query' && keys[i] !== 'arguments') throw new BadRequest('Invalid request body')
  }
  const query = json.get('query')
  if (query === undefined) throw new BadRequest('Invalid request body')
  return { query: readTemplate(query), arguments: readArguments(json.get('arguments') ?? null) }
}

function readArguments(json: JsonObject['values'][number]): JsonObject | undefined {
  if (json === null) return undefined
  if (json instanceof JsonObject) return json
  throw new BadRequest(`Invalid request body: Unexpected JSON ${jsonKind(json)}.`)
}
