/** `POST /feed/1` (protocol §8). */
import type { QueryService, Reply } from '#src/engine/service.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import { defaultPageSize, maxBodyBytes, maxPageSize } from '#src/lib/limits.ts'
import { BadRequest } from '../bad-request.ts'
import { type Body, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { readTransactionHeaders, type TransactionHeaders } from '../headers.ts'
import { protocolError, tooLargeMessage } from '../replies.ts'
import { integer, invalidBody, readEventSourceBody } from './events.ts'

export function feed(exchange: Exchange, service: QueryService): void {
  const headers = exchange.attempt(() => readHeaders(exchange), protocolError)
  if (headers === undefined) return
  readBody(exchange.request, maxBodyBytes, (body) =>
    exchange.answer(() => run(exchange, service, headers, body), protocolError),
  )
}

function readHeaders(exchange: Exchange): TransactionHeaders {
  try {
    return readTransactionHeaders(exchange.request.headers)
  } catch (error) {
    throw error instanceof BadRequest ? new BadRequest(`Invalid headers: ${error.message}`) : error
  }
}

function run(
  exchange: Exchange,
  service: QueryService,
  headers: TransactionHeaders,
  body: Body,
): Eventual<Reply> {
  if (body === 'too-large') return protocolError(413, 'request_size_exceeded', tooLargeMessage)
  const { token, startTs, cursor, json } = readEventSourceBody(body, '.')
  const pageSize = integer(json, 'page_size') ?? defaultPageSize
  if (pageSize <= 0) throw invalidBody('page size must be greater than zero.')
  if (pageSize > maxPageSize) throw invalidBody(`page size can not be greater than ${maxPageSize}.`)
  return service.feed({
    authorization: exchange.header('authorization'),
    address: exchange.clientAddress,
    ...headers,
    token,
    startTs,
    cursor,
    pageSize,
    startedAt: exchange.startedAt,
    requestId: exchange.requestId,
  })
}
