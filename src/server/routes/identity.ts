/** `/identity/1`: settings for logins and tokens, and failed logins; `/explain/1`. For admins (docs/guide/identity.md). */
import type { IdentityOperation, QueryService, Reply } from '#src/engine/service.ts'
import { JsonObject } from '#src/lib/json.ts'
import { maxBodyBytes } from '#src/lib/limits.ts'
import { BadRequest } from '../bad-request.ts'
import { type Body, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { parseBody } from '../json-body.ts'
import { protocolError, tooLargeMessage } from '../replies.ts'

/** `path`: what follows `/identity/1`. */
export function identity(
  exchange: Exchange,
  service: QueryService,
  path: string,
  parameters: URLSearchParams,
): void {
  readBody(exchange.request, maxBodyBytes, (body) =>
    exchange.answer(() => {
      if (body === 'too-large') return tooLarge()
      const operations = operationsAt(path, parameters, body)
      if (!operations) return protocolError(404, 'not_found', 'Not found')
      const operation = operations[exchange.request.method as keyof Operations]?.()
      if (!operation) return protocolError(405, 'method_not_allowed', 'Method not allowed')
      return service.identity({ ...exchange.caller, operation, requestId: exchange.requestId })
    }, protocolError),
  )
}

type Operations = { readonly [Method in 'GET' | 'PUT' | 'DELETE']?: () => IdentityOperation }

function operationsAt(
  path: string,
  parameters: URLSearchParams,
  body: Buffer | undefined,
): Operations | undefined {
  switch (path) {
    case '/settings':
      return {
        GET: () => ({ kind: 'settings' }),
        PUT: () => ({ kind: 'change-settings', text: body?.toString('utf8') ?? '' }),
      }
    case '/logins': {
      const credential = parameters.get('credential') ?? undefined
      const address = parameters.get('address') ?? undefined
      return {
        GET: () => ({ kind: 'logins' }),
        DELETE: () => ({ kind: 'clear-logins', credential, address }),
      }
    }
    default:
      return undefined
  }
}

/** `{"secret": …, "query": …}`; `accept: text/plain` asks for text. */
export function explain(exchange: Exchange, service: QueryService): void {
  readBody(exchange.request, maxBodyBytes, (body) =>
    exchange.answer(() => {
      if (body === 'too-large') return tooLarge()
      if (exchange.request.method !== 'POST')
        return protocolError(405, 'method_not_allowed', 'Method not allowed')
      const format = exchange.header('accept')?.includes('text/plain') ? 'text' : 'json'
      const { startedAt, requestId } = exchange
      return service.explain({ ...exchange.caller, ...readQuestion(body), format, startedAt, requestId })
    }, protocolError),
  )
}

function readQuestion(body: Body): { readonly secret: string; readonly query: string } {
  if (!(body instanceof Buffer)) throw new BadRequest('No request body provided')
  const json = parseBody(body)
  const [secret, query] = ['secret', 'query'].map((key) =>
    json instanceof JsonObject ? json.get(key) : undefined,
  )
  if (typeof secret !== 'string' || typeof query !== 'string')
    throw new BadRequest('Invalid request body: `secret` and `query` are needed, both text.')
  return { secret, query }
}

const tooLarge = (): Reply => protocolError(413, 'request_size_exceeded', tooLargeMessage)
