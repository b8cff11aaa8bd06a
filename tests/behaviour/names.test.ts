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

describe('fields of the names that other values have methods under', () => {
  test.each<Row>([
    [
      'Collection.create({ name: "Text", fields: { toString: { signature: "String" } }, computed_fields: { length: { body: "(.toString.length)" } } }).name',
      'Text',
    ],
    ['Text.create({ toString: "abc" }) { toString, length }', { toString: 'abc', length: 3 }, TYPED],
    ['Text.where(.toString == "abc").count()', 1, TYPED],
    [
      'Collection.create({ name: "Other", computed_fields: { exists: { body: "_ => 1" } } })',
      failing('constraint_failure', 'Failed to create Collection.', [
        "computed_fields: The name 'exists' is reserved.",
      ]),
    ],
    [
      'Collection.create({ name: "Other", indexes: { toString: { terms: [{ field: "a" }] } } })',
      failing('constraint_failure', 'Failed to create Collection.', [
        "indexes: The name 'toString' is reserved.",
      ]),
    ],
  ])('%s', (...row) => expectReply(db, row))
})

describe('names of types that nothing else is called after', () => {
  test.each([
    ['object', 'is reserved'],
    ['FQL.SchemaModule', 'is reserved'],
    ['Schema', 'may be taken'],
    ['SchemaModule', 'may be taken'],
  ])('%s %s', (name, means) => {
    const taken = [`name: The identifier \`${name}\` is reserved.`]
    return expectReply(db, [
      `Collection.create({ name: "${name}" }).name`,
      means === 'is reserved' ? failing('constraint_failure', 'Failed to create Collection.', taken) : name,
    ])
  })
})
