import { Command, Option } from 'commander'
import {
  adminPortOption,
  folderOption,
  hostOption,
  type ListenOptions,
  logLevelOption,
  portOption,
  trustProxyOption,
} from '../options.ts'

interface DevOptions extends ListenOptions {
  readonly folder: string
  readonly memory?: true
  readonly secret: string
}

/** `vivarium dev`: a server for one developer, with a root secret that everybody knows. */
export const devCommand = (): Command =>
  new Command('dev')
    .description('run a server for development, on this machine only, with a well-known root secret')
    .addOption(hostOption())
    .addOption(portOption())
    .addOption(folderOption())
    .addOption(new Option('--memory', 'keep the data in memory only').conflicts('folder'))
    .addOption(new Option('--secret <text>', 'the root secret').default('secret'))
    .addOption(adminPortOption())
    .addOption(trustProxyOption())
    .addOption(logLevelOption('warn'))
    .action(dev)

async function dev(options: DevOptions): Promise<void> {
  const engine = options.memory === true ? 'memory' : 'lmdb'
  const { serve } = await import('../serve.ts')
  await serve({
    ...options,
    engine,
    jwksReach: 'developer',
    rootSecrets: [options.secret],
    secretLine: `Root secret: ${options.secret} (for development: everybody knows it)`,
  })
}
