/** The conformance cases, over the memory engine and over one that answers late. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { StorageEngine } from '#src/storage/engine.ts'
import { FaultyEngine } from '#src/storage/faulty/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { type CaseResult, runCases } from './run-cases.ts'

interface Case {
  readonly area: string
  readonly name: string
}

interface Unsupported extends Case {
  readonly reason: string
}

const folder = new URL('cases/', import.meta.url)
const readYaml = (file: URL): unknown => parse(readFileSync(file, 'utf8'))

const cases: readonly Case[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .flatMap((file) =>
    (readYaml(new URL(file, folder)) as { name: string }[]).map(({ name }) => ({
      area: basename(file, '.yaml'),
      name,
    })),
  )
const unsupported = (readYaml(new URL('unsupported.yaml', import.meta.url)) ?? []) as Unsupported[]

const titleOf = ({ area, name }: Case): string => `${area} › ${name}`
const unsupportedTitles = new Set(unsupported.map(titleOf))

const engines: readonly [string, () => StorageEngine][] = [
  ['memory', () => new MemoryEngine()],
  ['a store that answers late', () => new FaultyEngine(new MemoryEngine())],
]

describe('the list of unsupported cases', () => {
  it('names only cases that exist, each with a reason', () => {
    const known = new Set(cases.map(titleOf))
    expect(unsupported.filter((entry) => !known.has(titleOf(entry)) || !entry.reason)).toEqual([])
  })
})

describe.each(engines)('conformance over %s', (_name, open) => {
  const results = new Map<string, CaseResult>()
  let server: OwnServer

  beforeAll(async () => {
    server = await startOwnServer(open())
    for (const result of await runCases(server)) results.set(titleOf(result), result)
  }, 300_000)

  afterAll(() => server.stop())

  it.each(cases.map((c) => [titleOf(c)]))('%s', (title) => {
    const problems = results.get(title)?.problems ?? ['was not run']
    if (unsupportedTitles.has(title)) {
      expect(problems, 'passes now: take it off unsupported.yaml').not.toEqual([])
    } else {
      expect(problems).toEqual([])
    }
  })
})
