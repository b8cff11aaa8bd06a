import { Command, Option } from 'commander'
import { urlOption } from '../admin-call.ts'
import * as actions from '../schema-actions.ts'
import { SchemaClient } from '../schema-client.ts'

interface ServerOptions {
  readonly url: string
  readonly secret: string
  readonly database?: string
  readonly yes?: true
}

/** `vivarium schema`: schema as code, from a folder of `.fsl` files to a server and back. */
export const schemaCommand = (): Command =>
  new Command('schema')
    .description('schema as code: .fsl files against the schema of a database')
    .addCommand(push())
    .addCommand(pull())
    .addCommand(diff())
    .addCommand(status())
    .addCommand(finish('commit', 'make the staged schema the active one'))
    .addCommand(finish('abandon', 'give up the staged schema'))

/** A subcommand with the options that all have. */
const subcommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .addOption(urlOption())
    .addOption(
      new Option('--secret <secret>', "an admin's secret for the database")
        .env('VIVARIUM_SECRET')
        .makeOptionMandatory(),
    )
    .option('--database <path>', 'a child of the database of the secret, such as shop/test')
    .option('-y, --yes', 'ask nothing')

const dirOption = (): Option => new Option('--dir <folder>', 'folder with the .fsl files').default('.')
const activeOption = (what: string): Option => new Option('--active', what).default(false)

const clientOf = ({ url, secret, database }: ServerOptions): SchemaClient =>
  new SchemaClient(url, database === undefined ? secret : `${secret}:${database}:admin`)

const terminalOf = ({ yes }: ServerOptions): actions.Terminal => actions.terminal(yes === true)

const push = (): Command =>
  subcommand('push', 'stage the files of a folder as the schema')
    .addOption(dirOption())
    .addOption(activeOption('make it the active schema at once'))
    .action((options: ServerOptions & actions.PushOptions) =>
      actions.push(clientOf(options), options, terminalOf(options)),
    )

const pull = (): Command =>
  subcommand('pull', 'write the schema into the files of a folder')
    .addOption(dirOption())
    .addOption(activeOption('the active schema, even when another is staged'))
    .option('--delete', 'also delete files that are not part of the schema', false)
    .action((options: ServerOptions & actions.PullOptions) =>
      actions.pull(clientOf(options), options, terminalOf(options)),
    )

const diff = (): Command =>
  subcommand('diff', 'show what a push would change')
    .addOption(dirOption())
    .addOption(activeOption('compare with the active schema'))
    .option('--text', 'compare the texts', false)
    .action((options: ServerOptions & actions.DiffOptions) =>
      actions.diff(clientOf(options), options, terminalOf(options)),
    )

const status = (): Command =>
  subcommand('status', 'show what is staged, and how far its indexes are')
    .addOption(dirOption())
    .action((options: ServerOptions & { dir: string }) =>
      actions.status(clientOf(options), options, terminalOf(options)),
    )

const finish = (how: 'commit' | 'abandon', description: string): Command =>
  subcommand(how, description).action((options: ServerOptions) =>
    actions.finish(clientOf(options), how, terminalOf(options)),
  )
