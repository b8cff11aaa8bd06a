/** Something the user can put right. Shown as one line, without a stack; the process ends with status 1. */
export class CliError extends Error {
  override readonly name = 'CliError'
}
