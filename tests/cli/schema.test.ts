/** `vivarium schema …` and `vivarium dev --schema` against a server in this process. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgram } from '#src/cli/program.ts'
import { type Watching, watchSchema } from '#src/cli/schema-watch.ts'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'

let server: OwnServer
let folder: string
let count = 0
let database = ''

beforeAll(async () => {
  server = await startOwnServer()
})
afterAll(() => server.stop())

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-schema-'))
  database = `D${count++}`
  await ask('Database.create({ name: name })', { name: database }, server.secret)
})
afterEach(() => rmSync(folder, { recursive: true }))

async function ask(
  query: string,
  args = {},
  secret = `${server.secret}:${database}:admin`,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${secret}`, 'x-format': 'simple' }
  const body = JSON.stringify({ query, arguments: args })
  const reply = await fetch(`${server.url}/query/1`, { method: 'POST', headers, body })
  return ((await reply.json()) as { data: unknown }).data
}

const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** What the command prints. */
async function schema(command: string, ...args: string[]): Promise<string> {
  return run([command, '--secret', server.secret, '--database', database, ...args])
}

async function run(args: string[]): Promise<string> {
  let text = ''
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk
    return true
  })
  try {
    await createProgram().parseAsync(['schema', ...args, '--url', server.url], { from: 'user' })
  } finally {
    output.mockRestore()
  }
  return text
}

const dir = (path = folder): string[] => ['--dir', path]
const collections = 'Collection.all().map(.name).toArray()'

describe('vivarium schema', () => {
  it('stages, tells, compares, commits', async () => {
    write('main.fsl', 'collection Boat { name: String }\n')
    write('more/functions.fsl', 'function half(x: Number): Number { x / 2 }\n')
    expect(await schema('push', ...dir())).toMatch(/Adding collection `Boat`[\s\S]*The schema is staged/)
    expect(await ask('half(4)')).toBeUndefined()
    expect(await schema('status', ...dir())).toMatch(/ready[\s\S]*function `half` to more\/functions.fsl:1:1/)
    expect(await schema('diff', ...dir())).toMatch(/staged schema and the files:\nNone/)
    expect(await schema('commit')).toContain('The staged schema is active.')
    expect(await ask('half(4)')).toBe(2)
    expect(await schema('status', ...dir())).toMatch(/^Staged changes: none\n[\s\S]*None/)
  })
  it('abandons', async () => {
    write('main.fsl', 'collection Boat {}\n')
    await schema('push', ...dir())
    expect(await schema('abandon')).toContain('The staged schema is gone.')
    expect(await ask(collections)).toEqual([])
    await expect(schema('abandon')).rejects.toThrow('There is no staged schema to abandon')
    await expect(schema('commit')).rejects.toThrow('There is no staged schema to commit')
  })
  it('pushes at once, shows differences as texts', async () => {
    write('main.fsl', 'collection Boat {}\n')
    await schema('push', '--active', ...dir())
    expect(await ask(collections)).toEqual(['Boat'])
    write('main.fsl', 'collection Boat {\n  name: String?\n}\n')
    expect(await schema('diff', '--text', ...dir())).toMatch(/main\.fsl\n@ line 1[\s\S]*\+ {3}name: String\?/)
    expect(await schema('diff', '--active', ...dir())).toContain('Modifying collection `Boat`')
  })
  it('pulls, keeps and deletes other files', async () => {
    write('main.fsl', 'collection Boat {}\n')
    write('roles/r.fsl', 'role r {}\n')
    await schema('push', '--active', ...dir())
    const pulled = join(folder, 'pulled')
    mkdirSync(pulled)
    writeFileSync(join(pulled, 'old.fsl'), '')
    expect(await schema('pull', ...dir(pulled))).toMatch(/write {2}main.fsl\nwrite {2}roles\/r.fsl\nkeep/)
    expect(readFileSync(join(pulled, 'roles', 'r.fsl'), 'utf8')).toBe('role r {}\n')
    expect(readdirSync(pulled)).toContain('old.fsl')
    await schema('pull', '--delete', ...dir(pulled))
    expect(readdirSync(pulled)).toEqual(['main.fsl', 'roles'])
    expect(await schema('pull', '--delete', ...dir(pulled))).toContain('Nothing was changed.')
  })
  it('works in the root database, which has no staging', async () => {
    const root = ['--secret', server.secret]
    write('main.fsl', 'function one(): Int { 1 }\n')
    await expect(run(['push', ...root, ...dir()])).rejects.toThrow('cannot be staged in the root database')
    expect(await run(['push', '--active', ...root, ...dir()])).toContain('The schema is active.')
    expect(await run(['status', ...root, ...dir()])).toMatch(/^Staged changes: none/)
    expect(await run(['diff', ...root, ...dir()])).toContain('None.')
    expect(await run(['pull', ...root, ...dir()])).toContain('Nothing was changed.')
  })
  it.each([
    ['collection A { a: Strng }', /Unknown type `Strng`\nat sub\/a\.fsl:1:19\n {2}\|\n1 \| collection A/],
    ['collection A {', /at sub\/a\.fsl:1:15\n {2}\|/],
    ['role r { privileges X { read } }', /at sub\/a\.fsl:1:21|`X`/],
    ['collection Set {}', /Set/],
  ])('%s: place and snippet; the schema stays as it was', async (text, message) => {
    write('sub/a.fsl', text)
    await expect(schema('push', '--active', ...dir())).rejects.toThrow(message)
    expect(await ask(collections)).toEqual([])
  })
  it.each([
    ['a folder without files', () => schema('push', ...dir()), /no \.fsl files in/],
    [
      'a folder that is not there',
      () => schema('push', ...dir('/nowhere')),
      /cannot read the folder \/nowhere/,
    ],
    ['a wrong secret', () => run(['status', '--secret', 'x', ...dir()]), /Access token required/],
    ['no rights', () => run(['commit', '--secret', `${server.secret}:server`]), /Access denied/],
  ])('%s is refused', async (_name, command, message) => {
    await expect(command()).rejects.toThrow(message)
  })
})

describe('vivarium dev --schema', () => {
  let watching: Watching | undefined
  let lines: string[]
  const start = async (): Promise<void> => {
    lines = []
    const { url, secret } = server
    watching = await watchSchema({ folder, url, secret, database, print: (line) => void lines.push(line) })
  }
  const said = (text: string): Promise<void> =>
    vi.waitFor(() => expect(lines.join('\n')).toContain(text), { timeout: 10_000 })
  afterEach(() => watching?.stop())

  it('pushes at once and after every change; mistakes are told, the schema stays', async () => {
    write('main.fsl', 'collection Boat {}\n')
    await start()
    expect(lines.join()).toContain('Adding collection `Boat`')
    write('main.fsl', 'collection Boat { name: Strng }\n')
    await said('at main.fsl:1:25')
    expect(await ask(collections)).toEqual(['Boat'])
    write('main.fsl', 'collection Boat { name: String? }\ncollection Crew {}\n')
    await said('Adding collection `Crew`')
    expect(await ask(collections)).toEqual(['Boat', 'Crew'])
  })
  it('does not delete documents with a collection that is gone, but empty collections', async () => {
    write('boat.fsl', 'collection Boat {}\n')
    write('crew.fsl', 'collection Crew {}\n')
    await start()
    await ask('Boat.create({})')
    rmSync(join(folder, 'crew.fsl'))
    await said('Removing collection `Crew`')
    write('crew.fsl', 'collection Crew {}\n')
    rmSync(join(folder, 'boat.fsl'))
    await said('do not have Boat any more')
    expect(await ask(collections)).toContain('Boat')
  })
  it('does nothing while there are no files', async () => {
    await start()
    expect(lines).toEqual([`Schema: not changed\nthere are no .fsl files in ${folder}`])
  })
  it('a folder that is not there is refused', async () => {
    const { url, secret } = server
    const nowhere = join(folder, 'nowhere')
    const watch = watchSchema({ folder: nowhere, url, secret, database, print: () => undefined })
    await expect(watch).rejects.toThrow('it is not a folder')
  })
})
