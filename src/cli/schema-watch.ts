/** `vivarium dev --schema`: pushes the files of a folder whenever one of them changes. */
import { type FSWatcher, statSync, type WatchListener, watch } from 'node:fs'
import { CliError } from './cli-error.ts'
import { SchemaClient } from './schema-client.ts'
import { readDirectory, type SchemaTexts } from './schema-directory.ts'

/** Milliseconds without a further change before files are read: editors write in several steps. */
const QUIET_MS = 100

export interface WatchOptions {
  readonly folder: string
  readonly url: string
  readonly secret: string
  /** Child database, created when it is missing; undefined: the root database. */
  readonly database: string | undefined
  print(line: string): void
}

export interface Watching {
  stop(): void
}

/** Pushes at once, then after every change, until it is stopped. Faults are printed; the schema stays as it was. */
export async function watchSchema(options: WatchOptions): Promise<Watching> {
  const { url, secret, database, folder, print } = options
  if (database !== undefined) await createDatabases(url, secret, database.split('/'))
  const client = new SchemaClient(url, database === undefined ? secret : `${secret}:${database}:admin`)
  const pushes = new Pushes(client, folder, print)
  let timer: NodeJS.Timeout | undefined
  const watcher = openWatcher(folder, (_event, name) => {
    if (!name?.endsWith('.fsl')) return
    clearTimeout(timer)
    timer = setTimeout(() => pushes.push(), QUIET_MS)
  })
  watcher.on('error', (error) => print(`Schema: the folder is not watched any more: ${error.message}`))
  await pushes.push()
  return {
    stop: () => {
      clearTimeout(timer)
      watcher.close()
    },
  }
}

/** A folder that is missing is not refused by every system. */
function openWatcher(folder: string, listener: WatchListener<string>): FSWatcher {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CliError(`cannot watch ${folder}: it is not a folder`)
  return watch(folder, { recursive: true }, listener)
}

/** One push after the other; what has not changed since the last is not pushed. */
class Pushes {
  private readonly client: SchemaClient
  private readonly folder: string
  private readonly print: (line: string) => void
  private last = ''
  private queue: Promise<void> = Promise.resolve()

  constructor(client: SchemaClient, folder: string, print: (line: string) => void) {
    this.client = client
    this.folder = folder
    this.print = print
  }

  push(): Promise<void> {
    this.queue = this.queue.then(() => this.pushNow())
    return this.queue
  }

  private async pushNow(): Promise<void> {
    try {
      const files = await readDirectory(this.folder)
      const content = JSON.stringify([...files])
      if (content === this.last) return
      this.last = content
      await this.update(files)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      this.print(`Schema: not changed\n${error.message}`)
    }
  }

  /** A file that is gone for a moment, or belongs to another branch, must not take documents with it. */
  private async keepDocuments(summary: string): Promise<void> {
    const filled: string[] = []
    for (const name of removedCollections(summary))
      if (await this.client.query('!Collection(name).all().isEmpty()', { name })) filled.push(name)
    if (filled.length === 0) return
    const what = `the files do not have ${filled.join(', ')} any more, and documents would be deleted`
    throw new CliError(`${what}; \`vivarium schema push --active\` does it all the same`)
  }

  private async update(files: SchemaTexts): Promise<void> {
    if (files.size === 0) throw new CliError(`there are no .fsl files in ${this.folder}`)
    const { diff = '' } = await this.client.call({
      method: 'POST',
      path: 'diff',
      parameters: { format: 'summary' },
      files,
    })
    await this.keepDocuments(diff)
    await this.client.call({ method: 'POST', path: 'update', files })
    this.print(diff === '' ? 'Schema: up to date' : `Schema: changed\n${diff.trimEnd()}`)
  }
}

/** Collections that a push would remove, from the summary of its changes. */
const removedCollections = (summary: string): string[] =>
  [...summary.matchAll(/^\* Removing collection `(\w+)`/gm)].map(([, name]) => name as string)

async function createDatabases(url: string, secret: string, names: readonly string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    const parent = names.slice(0, i)
    const client = new SchemaClient(url, i === 0 ? secret : `${secret}:${parent.join('/')}:admin`)
    await client.query('if (!Database.byName(name).exists()) Database.create({ name: name }); null', { name })
  }
}
