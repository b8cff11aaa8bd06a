import { Command } from 'commander'
import type { TypesOptions } from '../types.ts'

/** `vivarium types`: TypeScript types from `.fsl` files, without a server. */
export const typesCommand = (): Command =>
  new Command('types')
    .description('write TypeScript types of documents and functions, from .fsl files; no server is needed')
    .option('--dir <folder>', 'folder with the .fsl files', '.')
    .option('--out <file>', 'file to write; standard output unless told')
    .option('--role <name>', 'only what this role can reach; repeatable: the roles together', collect)
    .option('--no-typecheck', 'for a database that is not type-checked: types of bodies are not inferred')
    .action(types)

const collect = (name: string, before: readonly string[] = []): string[] => [...before, name]

async function types(options: TypesOptions): Promise<void> {
  const { writeTypes } = await import('../types.ts')
  await writeTypes(options)
}
