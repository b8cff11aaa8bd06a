/** What `vivarium schema …` does, given a client (spec/protocol.md §11.3): the same calls as Fauna's own tool. */
import { createInterface } from 'node:readline/promises'
import { CliError } from './cli-error.ts'
import type { SchemaAnswer, SchemaClient } from './schema-client.ts'
import { difference, readDirectory, removeFiles, type SchemaTexts, writeFiles } from './schema-directory.ts'

/** Where output goes, and who answers questions. */
export interface Terminal {
  print(text: string): void
  confirm(question: string): Promise<boolean>
  readonly color: boolean
}

/** Standard output; answers yes to everything when told to, or when nobody is there to ask. */
export const terminal = (yes: boolean): Terminal => ({
  print: (text) => void process.stdout.write(`${text}\n`),
  confirm: async (question) => yes || !process.stdin.isTTY || ask(question),
  color: process.stdout.isTTY === true,
})

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test(await lines.question(`${question} (y/N) `))
  } finally {
    lines.close()
  }
}

type DiffForm = 'semantic' | 'textual' | 'summary'
const painted = ({ color }: Terminal) => ({ color: color ? 'ansi' : undefined })

export interface PushOptions {
  readonly dir: string
  /** At once, instead of staging it. */
  readonly active: boolean
}

/** Shows what changes, asks, and pushes or stages the files of a folder. */
export async function push(client: SchemaClient, options: PushOptions, out: Terminal): Promise<void> {
  const files = await sources(options.dir)
  const staged = !options.active
  const { diff = '', version } = await compare(client, files, { staged, format: 'semantic', ...painted(out) })
  if (diff !== '') out.print(diff.trimEnd())
  const question = staged ? 'Stage this schema?' : 'Push this schema?'
  if (!(await out.confirm(diff === '' ? `${question} Nothing changes in it.` : question))) {
    out.print('Nothing was pushed.')
    return
  }
  await client.call({ method: 'POST', path: 'update', parameters: { staged, version }, files })
  out.print(
    staged
      ? 'The schema is staged: `vivarium schema status` tells when it can be committed.'
      : 'The schema is active.',
  )
}

async function sources(folder: string): Promise<SchemaTexts> {
  const files = await readDirectory(folder)
  if (files.size === 0) throw new CliError(`there are no .fsl files in ${folder}`)
  return files
}

const compare = (
  client: SchemaClient,
  files: SchemaTexts,
  parameters: Record<string, string | number | boolean | undefined>,
): Promise<SchemaAnswer> => client.call({ method: 'POST', path: 'diff', parameters, files })

export interface PullOptions {
  readonly dir: string
  readonly active: boolean
  /** Also removes files that the server does not have. */
  readonly delete: boolean
}

/** Brings a folder up to date with the server: the staged schema, if there is one and it is not told otherwise. */
export async function pull(client: SchemaClient, options: PullOptions, out: Terminal): Promise<void> {
  const staged = !options.active && (await stagedAnswer(client)).status !== 'none'
  const remote = await download(client, staged)
  const { written, removed } = difference(await readDirectory(options.dir), remote)
  for (const name of written) out.print(`write  ${name}`)
  for (const name of removed)
    out.print(options.delete ? `delete ${name}` : `keep   ${name} (not on the server)`)
  const changes = written.length + (options.delete ? removed.length : 0)
  if (changes === 0 || !(await out.confirm('Change these files?'))) {
    out.print('Nothing was changed.')
    return
  }
  await writeFiles(options.dir, remote, written)
  if (options.delete) await removeFiles(options.dir, removed)
}

async function download(client: SchemaClient, staged: boolean): Promise<SchemaTexts> {
  const { version, files = [] } = await client.call({ method: 'GET', path: 'files', parameters: { staged } })
  const texts = new Map<string, string>()
  for (const { filename } of files) {
    const path = `files/${encodeURIComponent(filename)}`
    const { content = '' } = await client.call({ method: 'GET', path, parameters: { staged, version } })
    texts.set(filename, content)
  }
  return texts
}

export interface DiffOptions {
  readonly dir: string
  readonly active: boolean
  readonly text: boolean
}

/** From the active to the staged schema, and from there to the files of a folder. */
export async function diff(client: SchemaClient, options: DiffOptions, out: Terminal): Promise<void> {
  const files = await sources(options.dir)
  const format: DiffForm = options.text ? 'textual' : 'semantic'
  const staged = options.active ? await activeVersion(client) : await stagedAnswer(client, format, out)
  const { version } = staged
  if (staged.status !== 'none') {
    out.print(`Differences between the active and the staged schema (${staged.status}):`)
    out.print(shown(staged.diff))
  }
  const compared = staged.status === 'none' ? 'active' : 'staged'
  const parameters = { staged: compared === 'staged', version, format, ...painted(out) }
  out.print(`Differences between the ${compared} schema and the files:`)
  out.print(shown((await compare(client, files, parameters)).diff))
}

const shown = (diff = ''): string => (diff === '' ? 'None.' : diff.trimEnd())

const activeVersion = async (client: SchemaClient): Promise<SchemaAnswer> => ({
  version: (await client.call({ method: 'GET', path: 'files' })).version,
  status: 'none',
})

/** What is staged. Nothing can be in the root database, whatever the server says to the question. */
async function stagedAnswer(client: SchemaClient, format?: DiffForm, out?: Terminal): Promise<SchemaAnswer> {
  const parameters = { format, ...(out && painted(out)) }
  try {
    return await client.call({ method: 'GET', path: 'staged/status', parameters })
  } catch (error) {
    if (error instanceof CliError && error.message.startsWith(rootRefusal)) return activeVersion(client)
    throw error
  }
}

const rootRefusal = 'Schema cannot be staged in the root database'

export async function status(
  client: SchemaClient,
  options: { readonly dir: string },
  out: Terminal,
): Promise<void> {
  const staged = await stagedAnswer(client, 'summary', out)
  out.print(`Staged changes: ${staged.status}`)
  if (staged.pending_summary) out.print(staged.pending_summary.trimEnd())
  for (const { collection, index, documents } of staged.builds ?? [])
    out.print(`Building ${index} of ${collection}: ${documents} documents so far`)
  if (staged.diff) out.print(staged.diff.trimEnd())
  const files = await readDirectory(options.dir)
  if (files.size === 0) return
  const parameters = { staged: true, version: staged.version, format: 'summary', ...painted(out) }
  const local = (await compare(client, files, parameters)).diff
  out.print('Files against the server:')
  out.print(shown(local))
}

/** Ends staging one way or the other. */
export async function finish(client: SchemaClient, how: 'commit' | 'abandon', out: Terminal): Promise<void> {
  const staged = await stagedAnswer(client, 'semantic', out)
  if (staged.diff) out.print(staged.diff.trimEnd())
  if (!(await out.confirm(how === 'commit' ? 'Commit these changes?' : 'Abandon these changes?'))) {
    out.print('Nothing was changed.')
    return
  }
  await client.call({ method: 'POST', path: `staged/${how}`, parameters: { version: staged.version } })
  out.print(how === 'commit' ? 'The staged schema is active.' : 'The staged schema is gone.')
}
