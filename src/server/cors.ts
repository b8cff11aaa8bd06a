/** Cross-origin requests of browsers (protocol §1, CORS). Every origin may ask: what it may see, its secret decides. */
const allowedHeaders = [
  'accept-encoding',
  'authorization',
  'content-type',
  'x-driver-env',
  'x-faunadb-api-version',
  'x-fauna-driver',
  'x-fauna-source',
  'x-fauna-tags',
  'x-format',
  'x-last-seen-txn',
  'x-last-txn-ts',
  'x-linearized',
  'x-max-contention-retries',
  'x-max-retries-on-contention',
  'x-query-tags',
  'x-query-timeout',
  'x-query-timeout-ms',
  'x-runtime-environment',
  'x-runtime-environment-os',
  'x-nodejs-version',
  'traceparent',
  'x-typecheck',
  'x-performance-hints',
].join(', ')

type ReplyHeaders = Record<string, string>

/** Adds what a reply to `origin` needs. `headers` has all the other headers of the reply. */
export function allowOrigin(headers: ReplyHeaders, origin: string): void {
  const exposed = Object.keys(headers).filter((name) => name.startsWith('x-'))
  headers['access-control-allow-origin'] = origin
  headers['access-control-allow-credentials'] = 'true'
  headers['access-control-expose-headers'] = exposed.join(', ')
}

/** The headers of the answer to a preflight request. */
export const preflightHeaders = (origin: string): ReplyHeaders => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': '',
  'access-control-max-age': '86400',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': allowedHeaders,
})
