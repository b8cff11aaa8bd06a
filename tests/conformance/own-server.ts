/** A server of our own, in this process, for tests. */
import { createEngine, type EngineOptions } from '#src/engine/engine.ts'
import { createLog, type Log } from '#src/observe/log.ts'
import { NO_METRICS } from '#src/observe/metrics.ts'
import { startServer } from '#src/server/server.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'

export interface OwnServer {
  readonly url: string
  /** The root secret. */
  readonly secret: string
  stop(): Promise<void>
}

/** Password hashes that cost little: there are many in the tests. */
const cheap = { memory: 64, passes: 1, lanes: 1 }

/** On a free port of this machine; over a memory engine unless told otherwise. */
export async function startOwnServer(
  storage: StorageEngine = new MemoryEngine(),
  more: Partial<Omit<EngineOptions, 'storage'>> & { readonly log?: Log } = {},
): Promise<OwnServer> {
  const { log = createLog('error'), ...engine } = more
  const secret = 'secret'
  const service = createEngine({
    storage,
    rootSecrets: [secret],
    passwordParams: cheap,
    jwksReach: 'developer',
    ...engine,
  })
  const server = await startServer({
    service,
    host: '127.0.0.1',
    port: 0,
    log,
    metrics: NO_METRICS,
    build: 'test',
  })
  return {
    url: server.url,
    secret,
    stop: async () => {
      await server.stop(1000)
      await service.close()
    },
  }
}
