import { Command, Option } from 'commander'
import { type AdminOptions, adminOption, callServer, urlOption } from '../admin-call.ts'

interface ExplainOptions extends AdminOptions {
  readonly secret: string
  readonly query: string
  readonly json?: true
}

/** `vivarium explain`: why a query with a certain secret may do what it does, or may not. */
export const explainCommand = (): Command =>
  new Command('explain')
    .description('say why a query with a certain secret may do what it does, or may not; nothing is written')
    .addOption(
      new Option('--secret <secret>', 'whose access to explain: a key, a token, a JWT, a scoped secret')
        .env('VIVARIUM_SECRET')
        .makeOptionMandatory(),
    )
    .requiredOption('--query <fql>', 'the query')
    .option('--json', 'print JSON instead of text')
    .addOption(urlOption())
    .addOption(adminOption())
    .action(explain)

async function explain(options: ExplainOptions): Promise<void> {
  const accept = options.json ? 'application/json' : 'text/plain'
  const body = { secret: options.secret, query: options.query }
  const text = await callServer(options, { method: 'POST', path: '/explain/1', body, accept })
  process.stdout.write(options.json ? `${JSON.stringify(JSON.parse(text), undefined, 2)}\n` : text)
}
