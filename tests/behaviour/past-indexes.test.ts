/** Indexes as of a time when they were not there yet (spec/data.md §9). */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, type Row } from './expect-reply.ts'

let db: TestDatabase
/** Before the index; a time literal. */
let then: string
beforeAll(async () => {
  db = await startDatabase()
  for (const [name, count] of Object.entries({ Few: 3, Many: 200 })) {
    await db.must(
      `Collection.create({ name: "${name}", computed_fields: { twice: { body: "d => d.n * 2" } } })`,
    )
    await db.must(`Set.sequence(0, ${count}).forEach(n =>
      ${name}.create({ id: n + 1, n: n, kind: "k" + (n % 2).toString() }))`)
  }
  then = `Time("${await db.must('Time.now()')}")`
  for (const name of ['Few', 'Many']) {
    await db.must(`${name}.byId(1)!.delete(); ${name}.byId(2)!.update({ kind: "k0" })`)
    await db.must(`Collection.byName("${name}")!.update({ indexes: {
      byKind: { terms: [{ field: "kind" }], values: [{ field: "n", order: "desc" }] },
      byTwice: { terms: [{ field: "twice" }] }
    } })`)
  }
  while (await db.must('Collection.byName("Many")!.indexes.byTwice!.status != "complete"')) await sleep(20)
})
afterAll(() => db.stop())

describe.each(['Few', 'Many'])('%s', (name) => {
  test.each<Row>([
    ['C.byKind("k1").take(2).map(.id).toArray().includes("2")', false],
    ['at (T) { C.byKind("k1").map(.id).toArray().includes("2") }', true],
    ['at (T) { C.byKind("k0").map(.id).toArray().last() }', '1'],
    ['at (T) { C.byKind("k0", { from: 0, to: 0 }).map(.n).toArray() }', [0]],
    ['at (T) { C.byKind("k0").reverse().map(.n).first() }', 0],
    ['at (T) { C.byTwice(2).map(.id).toArray() }', ['2']],
    ['at (T) { C.byKind("k9").first() }', null],
    ['at (T) { C.byKind("k0").paginate(1).data.length }', 1],
  ])('%s', (query, expected) =>
    expectReply(db, [String(query).replaceAll('T)', `${then})`).replaceAll('C.', `${name}.`), expected]),
  )
})
