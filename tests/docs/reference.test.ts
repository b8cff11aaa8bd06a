/** Every member of the standard library has an example, and every example is true. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATA, SCHEMA } from '../../scripts/docs/examples/database.ts'
import type { Example } from '../../scripts/docs/examples/example.ts'
import { EXAMPLES } from '../../scripts/docs/examples/index.ts'
import { SECTIONS } from '../../scripts/docs/members.ts'
import { renderReference } from '../../scripts/docs/reference.ts'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'
import { pushSchema, run } from './client.ts'

const declared = SECTIONS.flatMap((s) => s.members.map((m) => `${s.title} › ${m.name}`))
const shown: [string, Example][] = Object.entries(EXAMPLES).flatMap(([title, examples]) =>
  Object.entries(examples).map(([name, example]): [string, Example] => [`${title} › ${name}`, example]),
)

it('has an example for each member, and no other', () => {
  expect(shown.map(([title]) => title).sort()).toEqual(declared.sort())
})

it('is up to date: otherwise run `npm run docs`', () => {
  expect(readFileSync(new URL('../../docs/guide/reference.md', import.meta.url), 'utf8')).toBe(
    renderReference(),
  )
})

describe('example', () => {
  let server: OwnServer

  beforeAll(async () => {
    server = await startOwnServer()
    await pushSchema(server, SCHEMA)
    await run(server, DATA)
  })
  afterAll(() => server.stop())

  const examples = shown.flatMap(([title, example]) =>
    'none' in example ? [] : [{ title, fql: example[1], result: example[2] }],
  )
  it.each(examples)('$title', async ({ fql, result }) => {
    expect(await run(server, fql, 'tagged')).toEqual(await run(server, result, 'tagged'))
  })
})
