import { Command } from 'commander'
import { devCommand } from './commands/dev.ts'
import { explainCommand } from './commands/explain.ts'
import { loginsCommand } from './commands/logins.ts'
import { schemaCommand } from './commands/schema.ts'
import { startCommand } from './commands/start.ts'
import { typesCommand } from './commands/types.ts'
import { version } from './version.ts'

/** The command line: one file in `commands/` for each command. */
export function createProgram(): Command {
  return new Command('vivarium')
    .description('A database server that speaks the Fauna API: FQL v10, FSL, identity-based access.')
    .version(version)
    .showHelpAfterError('(--help tells more)')
    .addCommand(devCommand())
    .addCommand(startCommand())
    .addCommand(schemaCommand())
    .addCommand(typesCommand())
    .addCommand(explainCommand())
    .addCommand(loginsCommand())
}
