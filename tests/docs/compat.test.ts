/** What COMPAT.md says is so. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderCompat, TABLES } from '../../scripts/docs/compat/index.ts'
import type { Proof } from '../../scripts/docs/compat/row.ts'
import { DATA, SCHEMA } from '../../scripts/docs/examples/database.ts'
import { type OwnServer, startOwnServer } from '../conformance/own-server.ts'
import { type Answer, pushSchema, query, request, run } from './client.ts'

let server: OwnServer
let databases = 0

beforeAll(async () => {
  server = await startOwnServer()
  await pushSchema(server, SCHEMA)
  await run(server, DATA)
})
afterAll(() => server.stop())

/** A database of its own for a proof with a schema. */
async function prepare({ schema, before, then }: Proof): Promise<OwnServer> {
  if (schema === undefined) return server
  databases += 1
  const name = `proof${databases}`
  await run(server, `Database.create({ name: "${name}" })`)
  const own = { ...server, secret: `${server.secret}:${name}:admin` }
  await pushSchema(own, schema)
  if (before !== undefined) await run(own, before)
  if (then !== undefined) await pushSchema(own, then)
  return own
}

function ask(where: OwnServer, { method, path, headers, send }: Proof): Promise<Answer> {
  if (path === undefined && method === undefined) return query(where, send ?? '', headers)
  return request(where, path ?? '/query/1', {
    ...(method && { method }),
    ...(headers && { headers }),
    ...(send !== undefined && method !== 'GET' && { body: send }),
  })
}

function problems({ status = 200, code, says, data }: Proof, answer: Answer): string[] {
  const text = JSON.stringify(answer.body) ?? ''
  return [
    ...(answer.status === status ? [] : [`status ${answer.status}, not ${status}: ${text.slice(0, 600)}`]),
    ...(code === undefined || answer.body?.error?.code === code
      ? []
      : [`not ${code}: ${text.slice(0, 600)}`]),
    ...(says === undefined || text.includes(says) ? [] : [`does not say ${says}: ${text.slice(0, 600)}`]),
    ...(data === undefined || JSON.stringify(answer.body?.data) === JSON.stringify(data)
      ? []
      : [`answers ${JSON.stringify(answer.body?.data)}: ${text.slice(0, 600)}`]),
  ]
}

async function check(proof: Proof): Promise<string[]> {
  try {
    return problems(proof, await ask(await prepare(proof), proof))
  } catch (error) {
    return [(error as Error).message]
  }
}

it('is up to date: otherwise run `npm run docs`', () => {
  expect(readFileSync(new URL('../../COMPAT.md', import.meta.url), 'utf8')).toBe(renderCompat())
})

const tables = TABLES.map(({ title, rows }) => ({
  title,
  proved: rows.flatMap(({ item, state, proof }) => (proof ? [{ item, state, proof }] : [])),
}))

describe.each(tables.filter((t) => t.proved.length > 0))('$title', ({ proved }) => {
  it.each(proved)('$state: $item', async ({ state, proof }) => {
    const found = await check(proof)
    if (state === 'no') expect(found, 'works now: say so').not.toEqual([])
    else expect(found).toEqual([])
  })
})
