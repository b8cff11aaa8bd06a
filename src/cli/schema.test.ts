import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '#src/engine/engine.ts'
import { createLog } from '#src/observe/log.ts'
import { NO_METRICS } from '#src/observe/metrics.ts'
import { startServer } from '#src/server/server.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import * as actions from './schema-actions.ts'
import { SchemaClient } from './schema-client.ts'
import { difference, readDirectory, removeFiles, writeFiles } from './schema-directory.ts'
import { watchSchema } from './schema-watch.ts'

const service = createEngine({ storage: new MemoryEngine(), rootSecrets: ['secret'] })
let server: Awaited<ReturnType<typeof startServer>>
let url: string
const temporary = mkdtempSync(join(tmpdir(), 'vivarium-schema-'))

beforeAll(async () => {
  const parts = { log: createLog('error'), metrics: NO_METRICS, build: 'test' }
  server = await startServer({ service, host: '127.0.0.1', port: 0, ...parts })
  url = server.url
})
afterAll(async () => {
  await server.stop(100)
  await service.close()
  rmSync(temporary, { recursive: true })
})

let folders = 0
const folder = (files: Record<string, string> = {}): string => {
  const path = join(temporary, String(folders++))
  mkdirSync(path)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

async function query(secret: string, text: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${secret}`, 'x-format': 'simple' }
  const reply = await fetch(new URL('/query/1', url), {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: text }),
  })
  return ((await reply.json()) as { data?: unknown }).data
}

describe('folders', () => {
  it('are read with their subfolders, but not hidden ones', async () => {
    const path = folder({
      'b.fsl': 'b',
      'a/x.fsl': 'x',
      '.git/y.fsl': 'y',
      'node_modules/z.fsl': 'z',
      'c.txt': 'c',
    })
    expect(await readDirectory(path)).toEqual(
      new Map([
        ['a/x.fsl', 'x'],
        ['b.fsl', 'b'],
      ]),
    )
  })

  it('that do not exist are told', async () => {
    await expect(readDirectory(join(temporary, 'nowhere'))).rejects.toThrow('cannot read the folder')
  })

  it('are brought up to date', async () => {
    const path = folder({ 'same.fsl': 's', 'old.fsl': 'o', 'gone.fsl': 'g' })
    const remote = new Map([
      ['same.fsl', 's'],
      ['old.fsl', 'n'],
      ['new/one.fsl', '1'],
    ])
    const found = difference(await readDirectory(path), remote)
    expect(found).toEqual({ written: ['old.fsl', 'new/one.fsl'], removed: ['gone.fsl'] })
    await writeFiles(path, remote, found.written)
    await removeFiles(path, found.removed)
    expect(await readDirectory(path)).toEqual(new Map([...remote].sort()))
  })

  it.each(['../out.fsl', '/etc/out.fsl', 'a/../../out.fsl'])('are not left by %s', async (name) => {
    const path = folder()
    await expect(writeFiles(path, new Map([[name, '']]), [name])).rejects.toThrow('leads out of the folder')
  })
})

describe('vivarium schema', () => {
  let printed: string[]
  let answer: boolean
  const out: actions.Terminal = {
    print: (text) => void printed.push(text),
    confirm: async () => answer,
    color: false,
  }
  const secret = 'secret:shop:admin'
  const client = () => new SchemaClient(url, secret)
  const said = () => printed.join('\n')

  beforeEach(async () => {
    printed = []
    answer = true
    await query('secret', 'Database.byName("shop")?.delete(); Database.create({ name: "shop" }); null')
  })

  it('pushes at once, or stages and commits', async () => {
    const dir = folder({ 'main.fsl': 'function f() { 1 }' })
    await actions.push(client(), { dir, active: true }, out)
    expect(said()).toContain('Adding function `f`')
    expect(await query(secret, 'f()')).toBe(1)
    writeFileSync(join(dir, 'main.fsl'), 'function f() { 2 }')
    await actions.push(client(), { dir, active: false }, out)
    expect(await query(secret, 'f()')).toBe(1)
    await actions.status(client(), { dir }, out)
    expect(said()).toContain('Staged changes: ready')
    await actions.finish(client(), 'commit', out)
    expect(await query(secret, 'f()')).toBe(2)
  })

  it('changes nothing without consent', async () => {
    answer = false
    await actions.push(client(), { dir: folder({ 'a.fsl': 'function f() { 1 }' }), active: true }, out)
    expect(said()).toContain('Nothing was pushed.')
    expect(await query(secret, 'Function.all().count()')).toBe(0)
  })

  it('shows differences in words and as text', async () => {
    const dir = folder({ 'a.fsl': 'collection A {\n}\n' })
    await actions.push(client(), { dir, active: true }, out)
    writeFileSync(join(dir, 'a.fsl'), 'collection A {\n  history_days 3\n}\n')
    await actions.diff(client(), { dir, active: false, text: false }, out)
    expect(said()).toContain('+ add history_days set to 3')
    await actions.diff(client(), { dir, active: true, text: true }, out)
    expect(said()).toContain('+   history_days 3')
  })

  it('pulls what is staged, else what is active', async () => {
    const dir = folder({ 'a.fsl': 'function f() { 1 }' })
    await actions.push(client(), { dir, active: true }, out)
    writeFileSync(join(dir, 'a.fsl'), 'function f() { 2 }')
    await actions.push(client(), { dir, active: false }, out)
    const pulled = folder({ 'extra.fsl': '' })
    const read = () => readFileSync(join(pulled, 'a.fsl'), 'utf8')
    await actions.pull(client(), { dir: pulled, active: true, delete: false }, out)
    expect(read()).toBe('function f() { 1 }')
    await actions.pull(client(), { dir: pulled, active: false, delete: true }, out)
    expect(read()).toBe('function f() { 2 }')
    expect([...(await readDirectory(pulled)).keys()]).toEqual(['a.fsl'])
    await actions.finish(client(), 'abandon', out)
    expect(said()).toContain('The staged schema is gone.')
  })

  it('says what the server says', async () => {
    const dir = folder({ 'a.fsl': 'collection A { x: Strng }' })
    await expect(actions.push(client(), { dir, active: true }, out)).rejects.toThrow('Unknown type `Strng`')
    await expect(actions.push(client(), { dir: folder(), active: true }, out)).rejects.toThrow(
      'no .fsl files',
    )
    const nobody = new SchemaClient('http://127.0.0.1:1', secret)
    await expect(actions.push(nobody, { dir, active: true }, out)).rejects.toThrow('no server answers')
  })
})

describe('watching a folder', () => {
  it('pushes when a file changes, and tells what is wrong', async () => {
    const lines: string[] = []
    const path = folder({ 'main.fsl': 'function f() { 1 }' })
    const print = (line: string) => void lines.push(line)
    const watching = await watchSchema({
      folder: path,
      url,
      secret: 'secret',
      database: 'watched/test',
      print,
    })
    const until = async (part: string) => {
      for (let i = 0; i < 200 && !lines.some((l) => l.includes(part)); i++) await setTimeout(20)
      expect(lines.join('\n')).toContain(part)
    }
    expect(await query('secret:watched/test:admin', 'f()')).toBe(1)
    writeFileSync(join(path, 'main.fsl'), 'function f() { 1 + }')
    await until('Schema: not changed')
    expect(await query('secret:watched/test:admin', 'f()')).toBe(1)
    writeFileSync(join(path, 'main.fsl'), 'function f() { 2 }')
    await until('Modifying function `f`')
    expect(await query('secret:watched/test:admin', 'f()')).toBe(2)
    watching.stop()
  })
})
