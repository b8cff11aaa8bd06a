/** Indexes over what is not a plain stored field (spec/data.md §5.1, §5.3). */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, failing, type Row } from './expect-reply.ts'

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

test.each<Row>([
  [
    `Collection.create({
      name: "D",
      computed_fields: { a: { body: "doc => -1 * doc.data.a", signature: "Number" } },
      indexes: {
        byOwn: { terms: [{ field: "data.a" }] },
        byComputed: { terms: [{ field: "a" }], values: [{ field: "data.b", order: "desc" }] },
        byData: { terms: [{ field: ".data" }] },
        byInner: { terms: [{ field: ".data.data" }] },
      },
    }); 0`,
    0,
  ],
  ['D.createData({ a: 1, b: 1 }); D.createData({ a: 1, b: 2, data: 7 }); 0', 0],
  ['D.byOwn(1).count()', 2],
  ['D.byOwn(-1).count()', 0],
  ['D.byComputed(-1).map(.data.b).toArray()', [2, 1]],
  ['D.byData({ b: 1, a: 1 }).count()', 1],
  ['D.byInner(7).map(.data.b).toArray()', [2]],
])('fields of data: %s', (...row) => expectReply(db, row))

test.each<Row>([
  [
    `Collection.create({
      name: "N",
      indexes: { by: { terms: [{ field: "a" }] }, order: { values: [{ field: "a" }] } },
      constraints: [{ unique: ["a"] }],
    }); 0`,
    0,
  ],
  ['N.create({ id: 1, a: 1 }); N.create({ id: 2, a: 1.0 }); N.create({ id: 3, a: [1.0] }); 0', 0],
  ['N.by(1).map(.id).toArray()', ['1']],
  ['N.by(1.0).map(.id).toArray()', ['2']],
  ['N.by([1]).map(.id).toArray()', []],
  ['N.by([1.0]).map(.id).toArray()', ['3']],
  ['N.order({ from: 1.0, to: 1 }).map(.id).toArray()', ['1', '2']],
  ['N.create({ a: 1.0 })', failing('constraint_failure', 'Failed unique constraint.')],
])('numbers are found in the form they have: %s', (...row) => expectReply(db, row))

describe('indexed computed fields without static types', () => {
  let untyped: TestDatabase
  beforeAll(async () => {
    untyped = await startDatabase('typechecked: false')
    await untyped.must(`Collection.create({
      name: "C",
      computed_fields: {
        twice: { body: "doc => 2 * doc.a" },
        more: { body: "doc => doc.twice" },
        all: { body: "doc => Object.keys(doc).isEmpty()" },
        time: { body: "doc => doc.ts" },
        now: { body: "doc => TransactionTime()" },
        shown: { body: "doc => doc { ts }" },
        mixed: { body: "doc => if (doc.a == 1) doc.more else 0" },
      },
    })`)
    await untyped.must('C.create({ id: 1, a: 1 }); C.create({ id: 2, a: 2 }); 0')
    await untyped.must(`C.definition.update({ indexes: Object.fromEntries(
      ["twice", "more", "all", "time", "shown", "mixed"].map((field) => [field + "Is", { terms: [{ field: field }] }])
    ) })`)
    await untyped.must('C.definition.update({ indexes: { byNow: { values: [{ field: "now" }] } } })')
    await untyped.must('C.byId(2)!.update({ b: 1 }); 0')
    await untyped.must('C.byId(2)!.delete()')
    await untyped.must('C.create({ id: 2, a: 2, b: 1 }); 0')
  })
  afterAll(() => untyped.stop())

  test.each<Row>([
    ['C.twiceIs(4).count()', 1],
    ['C.moreIs(4).count()', 0],
    ['C.allIs(false).count()', 0],
    ['C.all().map((doc) => C.timeIs(doc.ts).count()).toArray()', [0, 0]],
    ['C.all().map((doc) => C.shownIs({ ts: doc.ts }).count()).toArray()', [0, 0]],
    ['C.byNow().map(.id).toArray()', ['1', '2']],
    ['C.mixedIs(2).count()', 0],
    ['C.mixedIs(0).count()', 1],
  ])('%s', (...row) => expectReply(untyped, row))
})
