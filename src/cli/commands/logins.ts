import { Command, Option } from 'commander'
import { type AdminCall, type AdminOptions, adminOption, callServer, urlOption } from '../admin-call.ts'
import { CliError } from '../cli-error.ts'

interface LoginsOptions extends AdminOptions {
  readonly clear?: true
  readonly credential?: string
  readonly address?: string
  readonly settings?: true
  readonly set?: string
}

/** `vivarium logins`: failed logins that are remembered, and the settings for logins and tokens. */
export const loginsCommand = (): Command =>
  new Command('logins')
    .description('show failed logins, forgive them, or change the settings for logins and tokens')
    .option('--clear', 'forgive: of one credential, of one address, or all')
    .option('--credential <id>', 'with --clear: failed logins of this credential only')
    .option('--address <ip>', 'with --clear: failed logins from this address only')
    .addOption(new Option('--settings', 'show the settings').conflicts('clear'))
    .addOption(new Option('--set <json>', 'replace the settings').conflicts(['clear', 'settings']))
    .addOption(urlOption())
    .addOption(adminOption())
    .action(logins)

async function logins(options: LoginsOptions): Promise<void> {
  const text = await callServer(options, callOf(options))
  process.stdout.write(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`)
}

function callOf(options: LoginsOptions): AdminCall {
  const settings = '/identity/1/settings'
  if (options.set !== undefined) return { method: 'PUT', path: settings, body: readJson(options.set) }
  if (options.settings) return { method: 'GET', path: settings }
  if (!options.clear) return { method: 'GET', path: '/identity/1/logins' }
  const chosen = new URLSearchParams()
  if (options.credential !== undefined) chosen.set('credential', options.credential)
  if (options.address !== undefined) chosen.set('address', options.address)
  return { method: 'DELETE', path: `/identity/1/logins?${chosen}` }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CliError('--set takes JSON')
  }
}
