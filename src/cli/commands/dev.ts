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
  readonly schema?: string
  readonly database?: string
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
    .option('--schema <folder>', 'push the .fsl files of this folder, and again whenever one changes')
    .option('--database <path>', 'database for --schema, created when missing; the root database unless told')
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
    ...(options.schema !== undefined && { onReady: (url: string) => watching(url, options) }),
    secretLine: `Root secret: ${options.secret} (for development: everybody knows it)`,
  })
}

async function watching(
  url: string,
  { schema = '.', database, secret }: DevOptions,
): Promise<{ stop(): void }> {
  const { watchSchema } = await import('../schema-watch.ts')
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  return watchSchema({ folder: schema, url, secret, database, print })
}
