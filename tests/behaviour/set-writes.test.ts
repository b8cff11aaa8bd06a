/** Writes while a set is read: they do not change which elements are visited (spec/data.md §7.2, §7.5). */
import { afterAll, beforeAll, beforeEach, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, type Row } from './expect-reply.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
  await db.must(
    'Collection.create({ name: "C", indexes: { byB: { values: [{ field: "b" }] } } }); Collection.create({ name: "D" })',
  )
})
beforeEach(async () => {
  await db.must(
    'C.all().forEach(d => d.delete()); Set.sequence(0, 100).forEach(i => C.create({ id: i, b: i }))',
  )
})
afterAll(() => db.stop())

const range = (from: number): number[] => Array.from({ length: 100 }, (_, i) => from + i)
const values = 'C.byB().map(.b).toArray()'

test.each<Row>([
  ['C.all().forEach(d => C.create({ b: 0 })); C.all().count()', 200],
  [`C.byB().forEach(d => d.update({ b: d.b + 1000 })); ${values}`, range(1000)],
  [`C.byB().reverse().forEach(d => d.update({ b: d.b - 1000 })); ${values}`, range(-1000)],
  [`C.byB().where(.b >= 0).map(d => d).forEach(d => d.update({ b: d.b + 1000 })); ${values}`, range(1000)],
  [`C.byB().fold(0, (n, d) => { d.update({ b: d.b + 1000 }); n + 1 })`, 100],
  [`C.byB().foldRight(0, (n, d) => { d.update({ b: d.b - 1000 }); n + 1 })`, 100],
  [
    `C.byB().reduce((a, d) => { d.update({ b: d.b + 1000 }); d }); ${values}`,
    [0, ...range(1001).slice(0, 99)],
  ],
  ['C.all().every(d => { C.create({ b: 0 }); true })', true],
  ['C.all().any(d => { C.create({ b: 0 }); false })', false],
  ['C.all().forEach(d => D.create({ n: C.all().count() })); D.all().map(.n).distinct().toArray()', [100]],
])('%s', (...row) => expectReply(db, row))
