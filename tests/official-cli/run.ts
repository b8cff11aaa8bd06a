/**
 * Fauna's own command line tool against a server of our own:
 *
 *   node tests/official-cli/run.ts [FOLDER]
 *
 * FOLDER: where `fauna-shell@4` is installed, or is to be; a temporary one unless told. Not part of `npm test`: the tool
 * brings 250 packages along, and one of them asks the network when it is installed.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startOwnServer } from '../conformance/own-server.ts'

const temporary = mkdtempSync(join(tmpdir(), 'vivarium-official-cli-'))
const tool = installed(resolve(process.argv[2] ?? join(temporary, 'tool')))

function installed(folder: string): string {
  const main = join(folder, 'node_modules', '.bin', 'fauna')
  if (existsSync(main)) return main
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'fauna-shell@4'], {
    cwd: folder,
    stdio: 'inherit',
  })
  return main
}

const server = await startOwnServer()
const project = join(temporary, 'project')
const pulled = join(temporary, 'pulled')
for (const folder of [project, pulled]) mkdirSync(folder, { recursive: true })

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** Runs the tool; `answer` is typed when it asks. */
function fauna(args: readonly string[], { database = '', answer = '' } = {}): Promise<Ended> {
  const secret = database === '' ? server.secret : `${server.secret}:${database}:admin`
  const child = spawn(
    process.execPath,
    [tool, ...args, '--url', server.url, '--secret', secret, '--no-color'],
    {
      env: { ...process.env, HOME: temporary },
      stdio: 'pipe',
    },
  )
  return new Promise((done) => {
    let [out, err] = ['', '']
    child.stdout.on('data', (text) => {
      out += text
      if (out.includes('(y/N)')) child.stdin.write(`${answer}\n`)
    })
    child.stderr.on('data', (text) => {
      err += text
    })
    child.on('close', (status) => done({ status, out, err }))
    if (answer === '') child.stdin.end()
  })
}

async function step(name: string, run: () => Promise<void>): Promise<void> {
  await run()
  process.stdout.write(`ok  ${name}\n`)
}

const inShop = { database: 'shop' }
const write = (name: string, text: string): void => writeFileSync(join(project, name), text)

async function expectOutput(run: Promise<Ended>, ...parts: string[]): Promise<void> {
  const { status, out, err } = await run
  for (const part of parts)
    assert.ok((out + err).includes(part), `expected ${JSON.stringify(part)} in:\n${out}${err}`)
  assert.equal(status, 0, err)
}

async function expectFailure(run: Promise<Ended>, ...parts: string[]): Promise<void> {
  const { status, out, err } = await run
  for (const part of parts)
    assert.ok((out + err).includes(part), `expected ${JSON.stringify(part)} in:\n${out}${err}`)
  assert.notEqual(status, 0)
}

try {
  await step('query', () => expectOutput(fauna(['query', '1 + 1']), '2'))
  await step('database create', async () => {
    await expectOutput(fauna(['database', 'create', '--name', 'shop', '--typechecked']), 'shop')
    await expectFailure(fauna(['database', 'create', '--name', 'shop']), 'already exists')
  })
  await step('database list', () => expectOutput(fauna(['database', 'list']), 'shop'))
  write('main.fsl', 'collection Boat {\n  name: String\n  index byName { terms [.name] }\n}\n')
  write('functions.fsl', 'function half(x: Number): Number { x / 2 }\n')
  const dir = ['--dir', project]
  await step('schema push stages', async () => {
    await expectOutput(fauna(['schema', 'push', ...dir, '--no-input'], inShop))
    await expectOutput(fauna(['schema', 'status', ...dir], inShop), 'ready', 'Adding collection `Boat`')
    await expectFailure(fauna(['query', 'half(4)'], inShop), 'Unbound variable')
  })
  await step('schema commit', async () => {
    await expectOutput(fauna(['schema', 'commit', '--no-input'], inShop), 'committed')
    await expectOutput(fauna(['query', 'half(4)'], inShop), '2')
  })
  await step('schema diff', async () => {
    write('main.fsl', 'collection Boat {\n  name: String\n}\n')
    await expectOutput(fauna(['schema', 'diff', ...dir], inShop), 'remove index `byName`')
    await expectOutput(fauna(['schema', 'diff', ...dir, '--text'], inShop), 'index byName')
  })
  await step('schema abandon', async () => {
    await expectOutput(fauna(['schema', 'push', ...dir, '--no-input'], inShop))
    await expectOutput(fauna(['schema', 'abandon', '--no-input'], inShop), 'abandoned')
    await expectOutput(fauna(['query', 'Boat.definition.indexes.byName!.status'], inShop), 'complete')
  })
  await step('schema push --active', async () => {
    await expectOutput(fauna(['schema', 'push', ...dir, '--active', '--no-input'], inShop))
    await expectOutput(fauna(['query', 'Boat.definition.indexes'], inShop), '{}')
    write('main.fsl', 'collection Boat {\n  name: Strng\n}\n')
    await expectFailure(
      fauna(['schema', 'push', ...dir, '--active', '--no-input'], inShop),
      'Unknown type `Strng`',
      'main.fsl:2:9',
    )
  })
  await step('schema pull', async () => {
    await expectOutput(fauna(['schema', 'pull', '--dir', pulled], { ...inShop, answer: 'y' }), 'main.fsl')
    assert.equal(readFileSync(join(pulled, 'main.fsl'), 'utf8'), 'collection Boat {\n  name: String\n}\n')
    assert.ok(existsSync(join(pulled, 'functions.fsl')))
  })
  await step('database delete', async () => {
    await expectOutput(fauna(['database', 'delete', '--name', 'shop']), 'deleted')
    await expectFailure(fauna(['database', 'delete', '--name', 'shop']), 'shop')
  })
} finally {
  await server.stop()
  rmSync(temporary, { recursive: true, force: true })
}
