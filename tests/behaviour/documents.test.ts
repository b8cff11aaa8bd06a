/** Writing and reading documents (spec/data.md §1 to §3, §6). */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, failing, type Row, TYPED, UNTYPED } from './expect-reply.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
  await db.must(`
    Collection.create({ name: "Open" })
    Collection.create({
      name: "Checked",
      computed_fields: { c: { body: "(d) => 1" } },
      wildcard: "Any",
      fields: { n: { signature: "Int?" } },
      constraints: [
        { check: { name: "pos", body: "(d) => d.v == null || d.v > 0" } },
        { check: { name: "bad", body: "(d) => { let x: Any = if (d.w == 1) 3 else if (d.w == 2) null else true; x }" } },
      ],
    })
    Collection.create({
      name: "Unique",
      constraints: [
        { unique: ["a", "b"] }, { unique: [{ field: "m", mva: true }] }, { unique: ["z"] },
      ],
    })`)
})
afterAll(() => db.stop())

const created = 'Failed to create document in collection `Checked`.'

describe('reserved and computed names', () => {
  test.each<Row>([
    ['Checked.createData({ c: 5 }).data.c', 5],
    ['Checked.createData({ c: 5 }).c', 1],
    ['Checked.create({ id: 1 }).updateData({ c: 6 }).data.c', 6],
    [
      'Checked.create({ c: 5 })',
      failing('constraint_failure', created, ['c: Cannot write to a computed field']),
      UNTYPED,
    ],
    [
      'Role.create({ name: "x", coll: 1 })',
      failing('constraint_failure', 'Failed to create Role.', [
        'coll: Is a reserved field and cannot be used',
      ]),
      UNTYPED,
    ],
  ])('%s', (...row) => expectReply(db, row))
})

describe('references without a document', () => {
  test.each<Row>([
    [
      'Open.byId(99)["x"]',
      failing('document_not_found', 'Collection `Open` does not contain document with id 99.'),
      TYPED,
    ],
    ['Open.create({ id: 98, x: 1 }); Open.byId(98)["x"]', 1, TYPED],
    ['null["x"]', failing('invalid_null_access', 'Cannot access `[]` on null.'), TYPED],
  ])('%s', (...row) => expectReply(db, row))
})

describe('all failures of a write are told', () => {
  const rejected = (name: string) => `: Document failed check constraint \`${name}\``
  test.each<Row>([
    [
      'Checked.create({ n: "x", ttl: 3 })',
      failing('constraint_failure', created, [
        'n: Expected Int | Null, provided String',
        'ttl: Expected Time | Null, provided Int',
      ]),
      UNTYPED,
    ],
    ['Checked.create({ v: -1 })', failing('constraint_failure', created, [rejected('pos')])],
    ['Checked.create({ w: 2 })', failing('constraint_failure', created, [rejected('bad')])],
    [
      'Checked.create({ v: -1, w: 1 })',
      failing('constraint_failure', created, [
        rejected('pos'),
        ': Error evaluating check constraint `bad`: function returned a non-boolean value',
      ]),
    ],
    [
      'let d = { a: 1, b: 2, m: [1, 2], z: 3 }; Unique.create(d); Unique.create(d)',
      failing('constraint_failure', 'Failed unique constraint.', [
        'a,b: Failed unique constraint',
        'm: Failed unique constraint',
        'z: Failed unique constraint',
      ]),
    ],
  ])('%s', (...row) => expectReply(db, row))
})

test('a unique slot is found behind many expired documents', async () => {
  await db.must(
    'Set.sequence(0, 40).forEach(x => Unique.create({ z: "slot", ttl: Time("2020-01-01T00:00:00Z") }))',
  )
  await db.must('Unique.create({ z: "slot" }); 1')
  await expectReply(db, [
    'Unique.create({ z: "slot" })',
    failing('constraint_failure', 'Failed unique constraint.'),
  ])
})

test('a document that takes the id of an expired one leaves its index entries behind', async () => {
  const past = 'Time("2020-01-01T00:00:00Z")'
  await db.must(`Unique.create({ id: 1, z: "old", ttl: ${past} }); Unique.create({ id: 1, z: "new" }); 1`)
  await db.must('Unique.create({ z: "old" }); 1')
})

test('definitions keep their history', async () => {
  const query = 'at (Time.now().subtract(400, "days")) { Collection.all().count() }'
  await expectReply(db, [query, 0])
})
