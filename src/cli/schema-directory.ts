/** The FSL files of a folder. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { CliError } from './cli-error.ts'

/** Texts by name: paths below the folder, with `/`. */
export type SchemaTexts = ReadonlyMap<string, string>

/** As the server takes them (spec/schema.md §20). */
const MAX_BYTES = 8 * 1024 * 1024

/** All `.fsl` files of the folder and those in it, except of hidden ones and `node_modules`. */
export async function readDirectory(folder: string): Promise<SchemaTexts> {
  const names = await namesIn(folder)
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes > MAX_BYTES) throw new CliError(`the files of ${folder} have more than ${MAX_BYTES} bytes`)
  return new Map(names.map((name, i) => [name, texts[i] as string]))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await namesBelow(folder, folder)).sort()
  } catch (error) {
    throw new CliError(`cannot read the folder ${folder}: ${(error as Error).message}`)
  }
}

async function namesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return isSource(entry.name) ? namesBelow(root, path) : []
    return entry.name.endsWith('.fsl') ? [relative(root, path).split(sep).join('/')] : []
  })
  return (await Promise.all(found)).flat()
}

const isSource = (folder: string): boolean => !folder.startsWith('.') && folder !== 'node_modules'

/** What has to be done to make the folder hold exactly these files. */
export interface Difference {
  readonly written: readonly string[]
  readonly removed: readonly string[]
}

export function difference(local: SchemaTexts, remote: SchemaTexts): Difference {
  return {
    written: [...remote].filter(([name, text]) => local.get(name) !== text).map(([name]) => name),
    removed: [...local.keys()].filter((name) => !remote.has(name)),
  }
}

/** Writes the files; a name that leads out of the folder is refused. */
export async function writeFiles(
  folder: string,
  texts: SchemaTexts,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const path = inside(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, texts.get(name) ?? '')
  }
}

export async function removeFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(inside(folder, name))
}

function inside(folder: string, name: string): string {
  const path = resolve(folder, name)
  if (path.startsWith(resolve(folder) + sep)) return path
  throw new CliError(`the server has a file whose name leads out of the folder: ${name}`)
}
