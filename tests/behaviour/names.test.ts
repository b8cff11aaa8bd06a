/** Names that items of a schema and their members may have, and those that are taken. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, failing, type Row, TYPED } from './expect-reply.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
})
afterAll(() => db.stop())

describe('a collection called Deleted', () => {
  test.each<Row>([
    ['Collection.create({ name: "Deleted" }).name', 'Deleted'],
    ['Deleted.create({ a: 1 }).a', 1, TYPED],
    ['Deleted.all().first()!.coll == Deleted', true, TYPED],
    [
      'Collection.create({ name: "DeletedCollection" })',
      failing('invalid_schema', /generates types that conflict .* existing types: DeletedCollection\n/),
    ],
  ])('%s', (...row) => expectReply(db, row))
})
