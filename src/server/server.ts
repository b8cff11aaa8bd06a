/** The API server: everything between a port and the engine. */
import type { QueryService } from '#src/engine/service.ts'
import type { Range } from '#src/lib/ip-address.ts'
import type { Log } from '#src/observe/log.ts'
import type { Metrics } from '#src/observe/metrics.ts'
import { Exchange } from './exchange.ts'
import { listen } from './listen.ts'
import { ReplyQueue } from './reply-queue.ts'
import { route } from './router.ts'
import { OpenStreams } from './routes/stream.ts'

export interface ServerOptions {
  readonly service: QueryService
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly log: Log
  readonly metrics: Metrics
  /** Names the version in `x-faunadb-build`. */
  readonly build: string
  /** Proxies whose `x-forwarded-for` is believed; none unless told. */
  readonly trustedProxies?: readonly Range[]
}

export interface RunningServer {
  readonly port: number
  readonly url: string
  /** Drains: see `Listener.close`. Does not close the service. */
  stop(graceMs?: number): Promise<void>
}

/** Rejects as `net.Server.listen` does, with `code` `EADDRINUSE` for example. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const endpoints = { service: options.service, streams: new OpenStreams() }
  const environment = { ...options, replies: new ReplyQueue() }
  const listener = await listen(options.host, options.port, (request, response) =>
    route(new Exchange(request, response, environment), endpoints),
  )
  return {
    port: listener.port,
    url: `http://${options.host}:${listener.port}`,
    stop: (graceMs = 10_000) => listener.close(graceMs, () => endpoints.streams.endAll()),
  }
}
