import { readFileSync } from 'node:fs'
import { CliError } from './cli-error.ts'

export const rootSecretVariable = 'VIVARIUM_ROOT_SECRET'

/** Bytes of a secret that is long enough to resist guessing over the network. */
const minLength = 16

export interface RootSecret {
  readonly secret: string
  /** Where it came from, for the user. */
  readonly source: string
}

/** From the file if one is named, else from the environment. Throws `CliError` when there is none, or a weak one. */
export function readRootSecret(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): RootSecret {
  const source = file ?? `$${rootSecretVariable}`
  const secret = (file === undefined ? environment[rootSecretVariable] : readSecretFile(file))?.trim()
  if (secret === undefined || secret === '') {
    throw new CliError(`a root secret is needed: set ${rootSecretVariable} or give --root-secret-file`)
  }
  if (secret.length < minLength) throw new CliError(`the root secret needs at least ${minLength} characters`)
  if (!/^[^\s/,()&=:]+$/.test(secret)) {
    throw new CliError('the root secret must have no white space and none of / , ( ) & = :')
  }
  return { secret, source }
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CliError(`cannot read the root secret: ${(error as Error).message}`)
  }
}
