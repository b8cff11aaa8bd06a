/** One process for one data folder: a file in it names the process that has it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from './cli-error.ts'

/** Creates the folder if need be and takes it. Answers the function that gives it back. Throws `CliError`. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'vivarium.pid')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    takeFile(file, folder)
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`cannot use the folder ${folder}: ${(error as Error).message}`)
  }
  return () => rmSync(file, { force: true })
}

function takeFile(file: string, folder: string): void {
  if (writeNew(file)) return
  const pid = Number(readFileSync(file, 'utf8'))
  if (pid !== process.pid && isRunning(pid)) {
    throw new CliError(`the folder ${folder} is in use by process ${pid}`)
  }
  // Left behind by a process that died. Another that finds it at the same moment loses the second attempt.
  rmSync(file, { force: true })
  if (!writeNew(file)) throw new CliError(`the folder ${folder} is in use by another process`)
}

function writeNew(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
