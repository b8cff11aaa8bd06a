/** The examples of the guide do what it says. Those of identity.md: tests/identity/guide.test.ts. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'
import { pushSchema, query } from './client.ts'
import { type Block, blocksOf, shows, wordAfter } from './page.ts'

const root = new URL('../../', import.meta.url)
const pages = ['getting-started.md', 'data.md', 'schema.md', 'operating.md']

describe.each(pages)('%s', (page) => {
  const blocks = blocksOf(readFileSync(new URL(`docs/guide/${page}`, root), 'utf8'))
  const saved = new Map<string, string>()
  let server: OwnServer
  let folder: string

  beforeAll(async () => {
    server = await startOwnServer()
    folder = mkdtempSync(join(tmpdir(), 'vivarium-guide-'))
    symlinkSync(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'))
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await server.stop()
  })

  async function runQuery(block: Block): Promise<void> {
    const { body } = await query(server, block.text)
    expect(body.error?.code, body.summary ?? body.error?.message).toBe(wordAfter(block, 'error'))
    if (block.result !== undefined) expect(body.data).toEqual(JSON.parse(block.result))
    const name = wordAfter(block, 'save')
    if (name !== undefined) saved.set(name.toUpperCase(), body.data)
  }

  /** The server of the page is on another port here. */
  const local = (text: string): string =>
    text.replaceAll(/http:\/\/(127\.0\.0\.1|localhost):8443/g, server.url)

  async function runProgram(block: Block, command: string, args: readonly string[]): Promise<void> {
    const env = { ...process.env, ...Object.fromEntries(saved) }
    const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env })
    const { result } = block
    if (result !== undefined) expect(shows(result, stdout), stdout).toBe(true)
  }

  const runners: Readonly<Record<string, (block: Block) => Promise<void>>> = {
    fsl: (block) => pushSchema(server, block.text),
    fql: runQuery,
    sh: (block) => runProgram(block, 'sh', ['-ec', local(block.text)]),
    ts: (block) =>
      runProgram(block, process.execPath, ['--input-type=module-typescript', '-e', local(block.text)]),
  }

  test.each(blocks.map((block) => [`line ${block.line}, ${block.language}`, block] as const))(
    '%s',
    async (_name, block) => {
      const run = runners[block.language]
      if (run === undefined) throw new Error(`no way to run ${block.language}`)
      await run(block)
    },
  )
})
