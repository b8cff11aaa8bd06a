/** For tests: a service whose methods are given, and which otherwise answers with what it was asked. */
import type { QueryService, Reply } from '#src/engine/service.ts'
import { silentLog } from '#src/observe/log.ts'
import { NO_METRICS } from '#src/observe/metrics.ts'
import { type RunningServer, startServer } from './server.ts'

export const ok = (data: unknown): Reply => ({ status: 200, body: JSON.stringify({ data }) })

export function fakeService(methods: Partial<QueryService> = {}): QueryService {
  return {
    query: (request) => ok(request.query),
    stream: () => ok('stream'),
    feed: ({ startedAt, requestId, ...rest }) => ok(rest),
    schema: ({ operation }) => (operation.kind === 'refuse' ? operation.reply : ok(operation)),
    identity: ({ operation }) => ok(operation),
    explain: ({ secret, query, format }) => ok({ secret, query, format }),
    environment: ({ authorization }) => ok(authorization),
    exports: ({ authorization }) => ok(authorization),
    authorized: ({ authorization }) => ok(authorization),
    healthy: () => true,
    close: async () => {},
    ...methods,
  }
}

export const startFake = (methods: Partial<QueryService> = {}): Promise<RunningServer> =>
  startServer({
    service: fakeService(methods),
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    metrics: NO_METRICS,
    build: 'test',
  })
