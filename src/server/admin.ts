/** A second port for operators: `/metrics` for Prometheus, `/health` for orchestrators. Never exposed by default. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { QueryService } from '#src/engine/service.ts'
import { http } from '#src/lib/builtin.ts'
import type { ScrapedMetrics } from '#src/observe/metrics.ts'

export interface AdminOptions {
  readonly service: QueryService
  readonly metrics: ScrapedMetrics
  readonly host: string
  readonly port: number
}

export interface AdminServer {
  readonly port: number
  stop(): Promise<void>
}

export async function startAdmin(options: AdminOptions): Promise<AdminServer> {
  const server = http.createServer((request, response) => {
    answer(options, request, response).catch(() => send(response, 500, 'text/plain', 'internal error\n'))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(
  options: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (request.url) {
    case '/metrics':
      return send(response, 200, options.metrics.contentType, await options.metrics.text())
    case '/health':
      return health(options.service, response)
    default:
      return send(response, 404, 'text/plain', 'not found\n')
  }
}

async function health(service: QueryService, response: ServerResponse): Promise<void> {
  const ok = await Promise.resolve(service.healthy('write')).catch(() => false)
  send(response, ok ? 200 : 503, 'application/json', JSON.stringify({ status: ok ? 'ok' : 'unavailable' }))
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
