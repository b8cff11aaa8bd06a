/** What `dev` and `start` have in common: from options to a running server, until a signal. */
import { createEngine } from '#src/engine/engine.ts'
import { auditInLog } from '#src/observe/audit.ts'
import { createLog } from '#src/observe/log.ts'
import { NO_METRICS, type ScrapedMetrics } from '#src/observe/metrics.ts'
import { type AdminServer, startAdmin } from '#src/server/admin.ts'
import { type RunningServer, startServer } from '#src/server/server.ts'
import { CliError } from './cli-error.ts'
import { type EngineName, openStorage } from './engines.ts'
import type { ListenOptions } from './options.ts'
import { version } from './version.ts'

export interface ServeOptions extends ListenOptions {
  readonly engine: EngineName
  readonly folder: string
  readonly rootSecrets: readonly string[]
  /** Where key sets of access providers may be fetched from. */
  readonly jwksReach: 'public' | 'developer'
  /** What the start-up message says of the root secret. */
  readonly secretLine: string
  /** Called when the server is up; answers what has to be stopped before it. */
  onReady?(url: string): Promise<{ stop(): void }>
}

/** Resolves when the server is up; it then runs until SIGINT or SIGTERM. Throws `CliError`. */
export async function serve(options: ServeOptions): Promise<void> {
  const log = createLog(options.logLevel)
  const scraped = await scrapedMetrics(options)
  const opened = await openStorage(options.engine, options.folder)
  const service = createEngine({
    storage: opened.storage,
    rootSecrets: options.rootSecrets,
    jwksReach: options.jwksReach,
    audit: auditInLog(log),
  })
  let server: RunningServer
  let admin: AdminServer | undefined
  try {
    const build = `vivarium-${version}`
    const { host, port, trustProxy: trustedProxies } = options
    const metrics = scraped ?? NO_METRICS
    server = await startServer({ service, host, port, log, metrics, build, trustedProxies })
    if (scraped) admin = await openAdmin(options, { service, metrics: scraped })
  } catch (error) {
    await service.close()
    throw explain(error)
  }
  announce(server, opened.place, options.secretLine)
  let companion: { stop(): void } | undefined
  const stop = async (): Promise<void> => {
    companion?.stop()
    await Promise.all([server.stop(), admin?.stop()])
    await service.close()
  }
  onSignal(stop)
  try {
    companion = await options.onReady?.(server.url)
  } catch (error) {
    await stop()
    throw error
  }
}

/** None without a port for them: then the library need not be loaded either. */
async function scrapedMetrics({ adminPort }: ListenOptions): Promise<ScrapedMetrics | undefined> {
  if (adminPort === undefined) return undefined
  const { createMetrics } = await import('#src/observe/prometheus.ts')
  return createMetrics()
}

async function openAdmin(
  options: ListenOptions,
  parts: Pick<Parameters<typeof startAdmin>[0], 'service' | 'metrics'>,
): Promise<AdminServer | undefined> {
  if (options.adminPort === undefined) return undefined
  return startAdmin({ ...parts, host: '127.0.0.1', port: options.adminPort })
}

function announce(server: RunningServer, place: string, secretLine: string): void {
  process.stdout.write(`Vivarium ${version} listens on ${server.url}\nData: ${place}\n${secretLine}\n`)
}

/** The first signal ends the server in good order, the second at once. */
function onSignal(stop: () => Promise<void>): void {
  let stopping = false
  const handle = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
}

function explain(error: unknown): unknown {
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  switch (code) {
    case 'EADDRINUSE':
      return new CliError(`port ${port} of ${address} is in use; give another with --port`)
    case 'EACCES':
      return new CliError(`port ${port} of ${address} may not be used by this user`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CliError(`${address ?? 'the host'} is not an address of this machine`)
    default:
      return error
  }
}
