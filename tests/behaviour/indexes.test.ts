/** Indexes over the time of the last write (spec/data.md §5.1). */
import { afterAll, beforeAll, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, type Row } from './expect-reply.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
  await db.must(`Collection.create({
    name: "C",
    indexes: {
      newest: { values: [{ field: "ts", order: "desc" }] },
      oldest: { values: [{ field: "ts" }] },
      seen: { terms: [{ field: "a" }], values: [{ field: "at.seen" }] },
    },
  })`)
  for (const id of [1, 2, 3]) await db.must(`C.create({ id: ${id}, a: 1, at: { seen: TransactionTime() } })`)
  await db.must('C.byId(2)!.update({ at: { seen: TransactionTime() } })')
})
afterAll(() => db.stop())

test.each<Row>([
  ['C.newest().map(.id).toArray()', ['2', '3', '1']],
  ['C.oldest().map(.id).toArray()', ['1', '3', '2']],
  ['C.seen(1).map(.id).toArray()', ['1', '3', '2']],
  ['C.oldest({ from: C.byId(3)!.ts }).map(.id).toArray()', ['3', '2']],
  ['C.newest({ from: C.byId(3)!.ts }).map(.id).toArray()', ['3', '1']],
  ['C.byId(1)!.update({}); C.newest().map(.id).toArray()', ['1', '2', '3']],
  [
    'C.byId(1)!.update({ a: 2 }); C.byId(1)!.update({ a: 1 }); C.oldest().map(.id).toArray()',
    ['3', '2', '1'],
  ],
  ['C.newest().map(.id).toArray()', ['1', '2', '3']],
  [
    'C.byId(1)!.delete(); C.create({ id: 1 }); C.byId(1)!.delete(); C.oldest().map(.id).toArray()',
    ['3', '2'],
  ],
  ['C.newest().map(.id).toArray()', ['2', '3']],
])('%s', (...row) => expectReply(db, row))
