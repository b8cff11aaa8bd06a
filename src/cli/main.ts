import { CliError } from './cli-error.ts'
import { createProgram } from './program.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  if (!(error instanceof CliError)) throw error
  process.stderr.write(`vivarium: ${error.message}\n`)
  process.exitCode = 1
}
