/** What shows of a collection that was reached by its alias, where it is neither a value nor a type. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, failing, type Row } from './expect-reply.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
  await db.must(`
    Collection.create({
      name: "Book",
      alias: "Tome",
      indexes: {
        byTitle: { terms: [{ field: "title" }] },
        hidden: { terms: [{ field: "n" }], queryable: false },
      },
    })
    Role.create({ name: "nobody" })
    1`)
  await db.must('Set.sequence(0, 20).forEach(n => Book.create({ title: "t", n: n }))')
})
afterAll(() => db.stop())

describe('performance hints name what was asked', () => {
  it.each([
    ['Tome.where(.n == 1)', 'Using where() on collection Tome can'],
    ['Tome.firstWhere(.n == 1)', 'Using firstWhere() on collection Tome can'],
    ['Tome.byTitle("t").map(.n)', '.n is not covered by the Tome.byTitle index.'],
    ['Tome.byTitle("t").first()', 'Full documents returned from Tome.byTitle.'],
    ['Book.byTitle("t").first()', 'Full documents returned from Book.byTitle.'],
  ])('%s', async (query, hint) => {
    const { body } = await db.ask(query, { headers: { 'x-performance-hints': 'true' } })
    expect(body.summary).toContain(hint)
  })
})

test.each<Row>([
  ['Set.paginate(Tome.all().paginate().after!).data.length', 4],
  ['Set.paginate(Tome.byTitle("t").paginate().after!).data.length', 4],
  ['Tome.hidden(1)', failing('invalid_index_invocation', 'The index `Book.hidden` is not queryable.')],
])('%s', (...row) => expectReply(db, row))

describe('without the right to read', () => {
  it.each([
    ['Tome.all().eventSource()', 'Tome'],
    ['Tome.byTitle("t")', 'Book'],
  ])('%s', async (query, name) => {
    const secret = await db.must('Key.create({ role: "nobody" }).secret')
    const { body } = await db.ask(query, { secret })
    expect(body.error.message).toBe(`Insufficient privileges to read from collection ${name}.`)
  })
})

it('takes references by the alias', async () => {
  const id = await db.must('Book.all().first()!.id')
  for (const reference of [{ '@doc': `Tome:${id}` }, { '@ref': { coll: { '@mod': 'Tome' }, id } }])
    expect(await db.must('x.coll', { args: { x: reference }, headers: { 'x-format': 'tagged' } })).toEqual({
      '@mod': 'Book',
    })
})
