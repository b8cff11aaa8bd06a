/** Servers in processes of their own, as they run in production. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** Ends it and starts another with its data. */
  restart(): Promise<ServerProcess>
  /** Ends it and deletes its data. */
  stop(): Promise<void>
}

export const rootSecret = 'a-root-secret-for-measuring'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const startBare = (): Promise<ServerProcess> => start([file('bare-server.ts')], async () => {})

/** Vivarium with durable storage in a temporary folder. */
export async function startVivarium(): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'vivarium-bench-'))
  const args = ['start', '--port', '0', '--folder', folder, '--log-level', 'error']
  return start([file('../bin/vivarium.mjs'), ...args], () => rm(folder, { recursive: true, force: true }))
}

async function start(args: readonly string[], cleanUp: () => Promise<void>): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, VIVARIUM_ROOT_SECRET: rootSecret },
  })
  const port = await portOf(child)
  const end = async (): Promise<void> => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return {
    port,
    pid: child.pid as number,
    restart: async () => {
      await end()
      return start(args, cleanUp)
    },
    stop: async () => {
      await end()
      await cleanUp()
    },
  }
}

/** A server's first line of output ends in its address. */
async function portOf(child: ChildProcess): Promise<number> {
  const early = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with status ${code}`)
  })
  const [line] = (await Promise.race([once(child.stdout!, 'data'), early])) as [Buffer]
  early.catch(() => {})
  const match = /http:\/\/[^\s:]+:(\d+)/.exec(line.toString())
  if (match === null) throw new Error(`the server said ${line}`)
  return Number(match[1])
}

/** Seconds of processor time that the process has used, its threads included. */
export async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** `getconf CLK_TCK`, which is the same on every Linux machine. */
const ticksPerSecond = 100

/** Megabytes of memory that the process holds. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024)
}
