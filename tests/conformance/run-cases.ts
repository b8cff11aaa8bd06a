/** Runs the conformance cases with `run.mjs`, in a process of its own so that client and server share the machine. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OwnServer } from './own-server.ts'

const runner = fileURLToPath(new URL('run.mjs', import.meta.url))

export interface CaseResult {
  readonly area: string
  readonly name: string
  /** Empty: passed. */
  readonly problems: readonly string[]
}

export interface RunOptions {
  /** More arguments of `run.mjs`. */
  readonly arguments?: readonly string[]
  /** Show its report on this process's output. */
  readonly show?: boolean
}

/** The results, in the order of the files. */
export async function runCases(server: OwnServer, options: RunOptions = {}): Promise<CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vivarium-conformance-'))
  const file = join(folder, 'results.json')
  try {
    const where = ['--url', server.url, '--secret', server.secret, '--concurrency', '16', '--json', file]
    await run([runner, ...where, ...(options.arguments ?? [])], options.show === true)
    return JSON.parse(await readFile(file, 'utf8')) as CaseResult[]
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Status 1 only says that some case failed; the file says which. */
function run(args: readonly string[], show: boolean): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', show ? 'inherit' : 'ignore', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0 || code === 1) resolve()
      else reject(new Error(`run.mjs ended with status ${code}`))
    })
  })
}
