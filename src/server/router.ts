/** Which endpoint a path belongs to (protocol §1): the path decides, and only then the method. */
import type { QueryService } from '#src/engine/service.ts'
import { preflightHeaders } from './cors.ts'
import type { Exchange } from './exchange.ts'
import { legacyError, plainError } from './replies.ts'
import { environment } from './routes/environment.ts'
import { exports } from './routes/export.ts'
import { feed } from './routes/feed.ts'
import { explain, identity } from './routes/identity.ts'
import { query } from './routes/query.ts'
import { schema } from './routes/schema.ts'
import { type OpenStreams, stream } from './routes/stream.ts'
import { authorized, ping } from './routes/util.ts'

export interface Endpoints {
  readonly service: QueryService
  readonly streams: OpenStreams
}

export function route(exchange: Exchange, endpoints: Endpoints): void {
  const { url = '', method, headers } = exchange.request
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (method === 'OPTIONS' && typeof headers['origin'] === 'string') {
    exchange.sendEmpty(200, preflightHeaders(headers['origin']))
  } else if (path.startsWith('/')) {
    const endpoint = endpointOf(path)
    exchange.route = endpoint.name
    endpoint.serve(exchange, endpoints, path, mark < 0 ? '' : url.slice(mark))
  } else {
    exchange.send(plainError(400, 'bad request'))
  }
}

interface Endpoint {
  /** Its requests are counted under this. */
  readonly name: string
  /** `search`: empty, or what follows the path, with its question mark. */
  serve(exchange: Exchange, endpoints: Endpoints, path: string, search: string): void
}

const schemaPrefix = '/schema/1'

const exact: ReadonlyMap<string, Endpoint> = new Map([
  ['/query/1', { name: 'query', serve: (exchange, { service }) => query(exchange, service) }],
  ['/stream/1', { name: 'stream', serve: (x, { service, streams }) => stream(x, service, streams) }],
  ['/feed/1', { name: 'feed', serve: (exchange, { service }) => feed(exchange, service) }],
  [
    '/environment/1',
    { name: 'environment', serve: (exchange, { service }) => environment(exchange, service) },
  ],
  ['/explain/1', { name: 'explain', serve: (exchange, { service }) => explain(exchange, service) }],
  ['/authorized', { name: 'authorized', serve: (exchange, { service }) => authorized(exchange, service) }],
  [
    '/ping',
    { name: 'ping', serve: (x, { service }, _path, search) => ping(x, service, new URLSearchParams(search)) },
  ],
] satisfies [string, Endpoint][])

const schemaEndpoint: Endpoint = {
  name: 'schema',
  serve: (exchange, { service }, path, search) =>
    schema(exchange, service, path.slice(schemaPrefix.length), new URLSearchParams(search)),
}

const identityPrefix = '/identity/1'

const identityEndpoint: Endpoint = {
  name: 'identity',
  serve: (exchange, { service }, path, search) =>
    identity(exchange, service, path.slice(identityPrefix.length), new URLSearchParams(search)),
}

const exportPrefix = '/export/1'

const exportEndpoint: Endpoint = {
  name: 'export',
  serve: (exchange, { service }) => exports(exchange, service),
}

const unknown: Endpoint = {
  name: 'unknown',
  serve: (exchange) => exchange.send(legacyError(404, 'not found', 'Not Found')),
}

function endpointOf(path: string): Endpoint {
  const found = exact.get(path)
  if (found !== undefined) return found
  if (path.startsWith(`${identityPrefix}/`)) return identityEndpoint
  if (path === exportPrefix || path.startsWith(`${exportPrefix}/`)) return exportEndpoint
  return path === schemaPrefix || path.startsWith(`${schemaPrefix}/`) ? schemaEndpoint : unknown
}
