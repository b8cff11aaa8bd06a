/** What `vivarium types` does. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { problemsText } from '#src/engine/schema-errors.ts'
import { BUILT_IN_TYPES } from '#src/engine/typing/built-in-types.ts'
import { databaseEnvironment } from '#src/fql/types/database.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import type { SchemaCheck } from '#src/fql/types/schema.ts'
import { printFunctionType } from '#src/schema/fsl/print.ts'
import type { FunctionItem, RoleItem, SchemaItem } from '#src/schema/model/items.ts'
import { checkItems } from '#src/schema/source/environment.ts'
import { schemaFromFiles } from '#src/schema/source/parse-files.ts'
import { declarations } from '#src/schema/typescript/declarations.ts'
import { type Reach, reachOf, UNLIMITED } from '#src/schema/typescript/reach.ts'
import { CliError } from './cli-error.ts'
import { readDirectory, type SchemaTexts } from './schema-directory.ts'

export interface TypesOptions {
  readonly dir: string
  /** undefined: standard output. */
  readonly out?: string
  readonly role?: readonly string[]
  readonly typecheck: boolean
}

export async function writeTypes(options: TypesOptions): Promise<void> {
  const files = await readDirectory(options.dir)
  if (files.size === 0) throw new CliError(`there are no .fsl files in ${options.dir}`)
  const text = typesOfFiles(files, options)
  if (options.out === undefined) process.stdout.write(text)
  else await writeChanged(options.out, text)
}

/** The text of the module. Throws `CliError` with file, line and snippet when the files are wrong. */
export function typesOfFiles(
  files: SchemaTexts,
  { role = [], typecheck }: Pick<TypesOptions, 'role' | 'typecheck'>,
): string {
  const parsed = schemaFromFiles(files)
  if (!parsed.ok) throw new CliError(`the schema is wrong\n${problemsText(parsed.errors)}`)
  const { items } = parsed
  const check = checkItems(BUILT_IN_TYPES, items, { typechecked: typecheck })
  if (check.errors.length > 0) throw new CliError(`the schema is wrong\n${problemsText(check.errors)}`)
  return declarations(items, environmentOf(items, check), reachOfRoles(items, role))
}

function environmentOf(items: readonly SchemaItem[], check: SchemaCheck): TypeEnvironment {
  const collections = items.filter((i) => i.kind === 'collection')
  const functions = items.filter((i) => i.kind === 'function')
  return databaseEnvironment(
    BUILT_IN_TYPES,
    collections.map((source) => ({ source, computedTypes: check.computedTypes.get(source.name.text) })),
    functions.map((f) => ({ name: f.name.text, signature: signatureOf(f, check) })),
  )
}

const signatureOf = (item: FunctionItem, check: SchemaCheck): string | undefined =>
  check.signatures.get(item.name.text) ?? printFunctionType(item.signature)

function reachOfRoles(items: readonly SchemaItem[], names: readonly string[]): Reach {
  if (names.length === 0) return UNLIMITED
  const roles = items.filter((i) => i.kind === 'role')
  return reachOf(
    names.map((name) => roleNamed(name, roles)),
    items,
  )
}

function roleNamed(name: string, roles: readonly RoleItem[]): RoleItem {
  const role = roles.find((r) => r.name.text === name)
  if (role) return role
  const known = roles.map((r) => r.name.text).join(', ')
  throw new CliError(`there is no role ${name} in the schema${known === '' ? '' : `; there are: ${known}`}`)
}

/** Leaves a file alone that says the same already, so that nothing is built again. */
async function writeChanged(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === text) return
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } catch (error) {
    throw new CliError(`cannot write ${path}: ${(error as Error).message}`)
  }
}
