/** Calling functions of the database (spec/data.md §12). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
  await db.must(`
    Function.create({ name: "fin", body: "x => x.fin" })
    Function.create({ name: "twice", alias: "double", body: "x => x * 2" })
    Role.create({ name: "doubler", privileges: { resource: "double", actions: { call: true } } })
    Role.create({ name: "twicer", privileges: { resource: "twice", actions: { call: true } } })
    1`)
})
afterAll(() => db.stop())

describe('what a function asks of its argument has no place in the query', () => {
  const failure = (type: string) => `error: Type \`${type}\` does not have field \`fin\`\n`
  it.each([
    [
      'fin(0)',
      `${failure('Int')}at <no source>\nhint: Type \`Int\` inferred here\nat *query*:1:5\n  |\n1 | fin(0)\n  |     ^\n  |`,
    ],
    ['fin(1 + 2)', `${failure('Number')}at <no source>`],
    ['fin({})', `${failure('{}')}at *query*:1:5\n  |\n1 | fin({})\n  |     ^^\n  |`],
  ])('%s', async (query, summary) => {
    const { body } = await db.ask(query)
    expect(body.error.code).toBe('invalid_query')
    expect(body.summary).toBe(summary)
  })
})

describe('a function shows under the name by which it was reached', () => {
  it.each([
    ['double.toString()', '[function double()]'],
    ['twice.toString()', '[function twice()]'],
    ['Function("double").toString()', '[function double()]'],
    ['double(2)', 4],
    ['double.definition.name', 'twice'],
  ])('%s', async (query, value) => expect(await db.must(query)).toBe(value))

  it.each([['doubler'], ['twicer']])('and is called by either with the role %s', async (role) => {
    const secret = await db.must(`Key.create({ role: "${role}" }).secret`)
    expect(await db.must('[twice(1), double(2)]', { secret })).toEqual([2, 4])
  })
})
