import { Command, Option } from 'commander'
import { type EngineName, engineNames } from '../engines.ts'
import {
  adminPortOption,
  folderOption,
  hostOption,
  type ListenOptions,
  logLevelOption,
  portOption,
  trustProxyOption,
} from '../options.ts'
import { readRootSecret, rootSecretVariable } from '../root-secret.ts'

interface StartOptions extends ListenOptions {
  readonly folder: string
  readonly engine: EngineName
  readonly rootSecretFile?: string
}

/** `vivarium start`: a server for an application. It has no root secret but the one it is given. */
export const startCommand = (): Command =>
  new Command('start')
    .description('run a server; it needs a root secret')
    .addOption(hostOption())
    .addOption(portOption())
    .addOption(folderOption())
    .addOption(new Option('--engine <name>', 'what stores the data').choices(engineNames).default('lmdb'))
    .addOption(
      new Option('--root-secret-file <path>', `file with the root secret, instead of $${rootSecretVariable}`),
    )
    .addOption(adminPortOption())
    .addOption(trustProxyOption())
    .addOption(logLevelOption('info'))
    .action(start)

async function start(options: StartOptions): Promise<void> {
  const { secret, source } = readRootSecret(options.rootSecretFile, process.env)
  const { serve } = await import('../serve.ts')
  await serve({
    ...options,
    rootSecrets: [secret],
    jwksReach: 'public',
    secretLine: `Root secret: from ${source}`,
  })
}
