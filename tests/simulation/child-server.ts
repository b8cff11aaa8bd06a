import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** `vivarium dev` in a process of its own. */
export interface ChildServer {
  readonly url: string
  /** Ends it at once, without a chance to tidy up. */
  kill(): Promise<void>
}

export async function startChildServer(folder: string): Promise<ChildServer> {
  const program = join(import.meta.dirname, '../../bin/vivarium.mjs')
  const child = spawn(process.execPath, [program, 'dev', '--port', '0', '--folder', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  return {
    url: await addressOf(child),
    kill: async () => {
      child.kill('SIGKILL')
      await closed
    },
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
    output += chunk
    const url = /http:\/\/\S+:\d+/.exec(output)
    if (url) return url[0]
  }
  throw new Error(`The server ended: ${output}`)
}
