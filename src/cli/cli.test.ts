import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readRootSecret } from './root-secret.ts'

const main = fileURLToPath(new URL('../../bin/vivarium.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vivarium-cli-'))
const secret = 'a-long-enough-root-secret'

afterAll(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

const launch = (args: string[], environment: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [main, ...args], { env: { ...process.env, ...environment }, stdio: 'pipe' })

async function run(args: string[], environment?: Record<string, string>): Promise<Ended> {
  const child = launch(args, environment)
  const [out, err] = [child.stdout!, child.stderr!].map((stream) => stream.toArray())
  const [status] = await once(child, 'exit')
  return { status, out: (await out!).join(''), err: (await err!).join('') }
}

/** The start-up lines, once they are all there. */
async function startUp(child: ChildProcess): Promise<string[]> {
  let text = ''
  for await (const chunk of child.stdout!) {
    text += chunk
    if (text.split('\n').length > 3) break
  }
  return text.trimEnd().split('\n')
}

async function stop(child: ChildProcess): Promise<number> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  return (await exit)[0]
}

describe('readRootSecret', () => {
  const file = join(folder, 'secret')
  writeFileSync(file, `${secret}\n`)

  it.each([
    ['the environment', undefined, { VIVARIUM_ROOT_SECRET: secret }],
    ['a file', file, {}],
    ['the file rather than the environment', file, { VIVARIUM_ROOT_SECRET: 'another-long-root-secret' }],
  ])('takes it from %s', (_name, path, environment) => {
    expect(readRootSecret(path, environment).secret).toBe(secret)
  })

  it.each([
    ['none', undefined, {}, 'is needed'],
    ['an empty one', undefined, { VIVARIUM_ROOT_SECRET: ' ' }, 'is needed'],
    ['a short one', undefined, { VIVARIUM_ROOT_SECRET: 'secret' }, 'at least 16'],
    ['one that looks scoped', undefined, { VIVARIUM_ROOT_SECRET: 'a-long-root-secret:admin' }, 'must have'],
    ['a missing file', join(folder, 'nowhere'), {}, 'cannot read'],
  ])('refuses %s', (_name, path, environment, reason) => {
    expect(() => readRootSecret(path, environment)).toThrow(reason)
  })
})

describe('vivarium', () => {
  it.each([[['--help']], [['dev', '--help']], [['start', '--help']]])('%j explains itself', async (args) => {
    const { status, out } = await run(args)
    expect(status).toBe(0)
    expect(out).toContain('Usage: vivarium')
  })

  it.each([
    [['start', '--port', '0', '--folder', folder], /root secret is needed/],
    [['dev', '--port', '99999'], /A port is 0 to 65535/],
    [['start', '--engine', 'paper'], /Allowed choices are lmdb, memory/],
    [['dev', '--memory', '--folder', folder], /cannot be used with/],
    [['dev', '--port', '0', '--folder', '/dev/null/x'], /cannot use the folder/],
    [['dev', '--memory', '--host', '192.0.2.1'], /is not an address of this machine/],
    [['nonsense'], /unknown command/],
  ])('%j is refused in one clear line', async (args, message) => {
    const { status, out, err } = await run(args, { VIVARIUM_ROOT_SECRET: '' })
    expect(status).toBe(1)
    expect(out).toBe('')
    expect(err).toMatch(message)
    expect(err).not.toContain('    at ')
  })

  it('says that a port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const { status, err } = await run(['dev', '--memory', '--port', String(port)])
    expect(status).toBe(1)
    expect(err).toBe(`vivarium: port ${port} of 127.0.0.1 is in use; give another with --port\n`)
    holder.close()
  })

  it('serves, says where, keeps its folder to itself, keeps the data, and stops at a signal', async () => {
    const args = ['start', '--port', '0', '--folder', join(folder, 'data'), '--log-level', 'warn']
    const environment = { VIVARIUM_ROOT_SECRET: secret }
    const ask = async (url: string, query: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${secret}` }
      const reply = await fetch(`${url}/query/1`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      })
      return ((await reply.json()) as { data: unknown }).data
    }
    const first = launch(args, environment)
    const lines = await startUp(first)
    expect(lines).toHaveLength(3)
    expect(lines.join()).not.toContain(secret)
    const url = /http:\S+/.exec(lines[0]!)![0]
    await ask(url, 'Collection.create({ name: "Thing" })')
    expect((await run(args, environment)).err).toMatch(/^vivarium: cannot use the folder /)
    expect(await stop(first)).toBe(0)

    const second = launch(args, environment)
    const again = /http:\S+/.exec((await startUp(second))[0]!)![0]
    expect(await ask(again, 'Collection.all().first()!.name')).toBe('Thing')
    expect(await stop(second)).toBe(0)
  })
})
