/** The examples of docs/guide/identity.md do what it says. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

/** A piece of code of the page. `words`: what stands behind its language. */
interface Block {
  readonly language: string
  readonly words: readonly string[]
  readonly text: string
  readonly line: number
}

const page = readFileSync(new URL('../../docs/guide/identity.md', import.meta.url), 'utf8')
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

const blocks: Block[] = [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map((m) => ({
  language: m[1]!,
  words: m[2]!.split(' '),
  text: m[3]!,
  line: page.slice(0, m.index).split('\n').length,
}))

const RESULTS = new Set(['json', 'text'])
const examples = blocks.flatMap((block, i) => {
  const next = blocks[i + 1]
  return RESULTS.has(block.language)
    ? []
    : [{ ...block, result: next && RESULTS.has(next.language) ? next.text : undefined }]
})

/** Secrets by the name that the page gives them. */
const secrets = new Map<string, string>()
let a: Asking

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  // The page speaks of an ordinary database: the root has no audience.
  secrets.set('admin', await a.child('shop'))
})
afterAll(() => a.server.stop())

const wordAfter = ({ words }: Block, word: string): string | undefined =>
  words.includes(word) ? words[words.indexOf(word) + 1] : undefined

const secretOf = (block: Block): string => secrets.get(wordAfter(block, 'as') ?? 'admin')!

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** `…` stands for anything. */
const pattern = (text: string): RegExp =>
  new RegExp(`^${text.trimEnd().split('…').map(escapeRegExp).join('.*')}$`)

async function runQuery(block: Block, result: string | undefined): Promise<void> {
  const answer = await a.ask(block.text, secretOf(block))
  const status = Number(wordAfter(block, 'status') ?? (wordAfter(block, 'error') ? 400 : 200))
  expect([answer.status, answer.error?.code]).toEqual([
    status,
    wordAfter(block, 'error') ?? (status === 401 ? 'unauthorized' : undefined),
  ])
  if (result !== undefined)
    expect(JSON.stringify(answer.data)).toMatch(pattern(JSON.stringify(JSON.parse(result))))
  const name = wordAfter(block, 'save')
  if (name !== undefined) secrets.set(name, answer.data)
}

async function runCommand(block: Block, result: string | undefined): Promise<void> {
  for (const line of block.text.trim().split('\n')) {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2]!)
    const args = words.slice(1).map((w) => (w === '$ANN' ? secrets.get('ann')! : w))
    const env = { ...process.env, VIVARIUM_URL: a.server.url, VIVARIUM_ROOT_SECRET: secrets.get('admin') }
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env })
    if (result !== undefined) expect(stdout.trimEnd()).toMatch(pattern(result))
  }
}

test.each(examples.map((e) => [`line ${e.line}, ${e.language}`, e] as const))(
  '%s',
  async (_name, { result, ...block }) => {
    if (block.language === 'fsl') expect((await a.push(block.text, secretOf(block))).status).toBe(200)
    else if (block.language === 'fql') await runQuery(block, result)
    else await runCommand(block, result)
  },
)
