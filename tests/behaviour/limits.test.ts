/** Sizes of documents, index entries and results (spec/data.md §15), whatever a query makes. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, failing, type Row, UNTYPED } from './expect-reply.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await startDatabase()
  await db.must(`
    Collection.create({ name: "Plain" })
    Collection.create({
      name: "Indexed",
      indexes: {
        byA: { terms: [{ field: "a" }], values: [{ field: "b" }] },
        byAll: {
          terms: [{ field: "t", mva: true }],
          values: [{ field: "u", mva: true }, { field: "v", mva: true }],
        },
      },
    })`)
})
afterAll(() => db.stop())

/** A text of 2^n units, called s. */
const text = (n: number): string => `let s = Array.sequence(0, ${n}).fold("x", (a, x) => a + a);`
/** 2^n values in n arrays, called by a name. */
const shared = (name: string, n = 50): string =>
  `let ${name}: Any = 0; ${`let ${name}: Any = [${name}, ${name}];`.repeat(n)}`

const invalid = (message: RegExp) => failing('invalid_request', message)
const tooLarge = (message: RegExp) => failing('value_too_large', message)

describe('documents and index entries', () => {
  const version = /^Version bytes \(\d+\) exceeds threshold \(8388608\)$/
  test.each<Row>([
    [`${text(22)} Plain.create({ a: s }); 1`, 1],
    [`${text(23)} Plain.create({ a: s }); 1`, invalid(version)],
    [`${text(20)} Plain.create({ a: Array.sequence(0, 1000).map(x => s) }); 1`, invalid(version)],
    [
      `${text(22)} [1, 2, 3, 4].forEach(x => Plain.create({ a: s }))`,
      invalid(/^Transaction exceeded limit: got \d+ bytes, limit 16777216 bytes$/),
    ],
    [`${text(15)} Indexed.create({ a: s }); 1`, 1],
    [`${text(16)} Indexed.create({ a: s })`, invalid(/^Key bytes \(655\d\d\) exceeds threshold \(64000\)$/)],
    [`${text(16)} Indexed.byA(s).count()`, 0],
    [`${text(15)} Indexed.create({ a: 1, b: s })`, invalid(/^buf length 327\d\d exceeds 32767$/)],
    [`${text(14)} Indexed.create({ a: 1, b: s }); 1`, 1],
    [
      'let a = Array.sequence(0, 100).map(x => "#{x} vvvvvvvv"); Indexed.create({ t: a, u: a, v: a })',
      invalid(/^Index entries for doc \d+ .* exceeds limit 16777216$/),
    ],
    ['Indexed.create({ t: Array.sequence(0, 16000) }); 1', 1],
  ])('%s', (...row) => expectReply(db, row))
})

describe('values that share their parts', () => {
  test.each<[end: string, expected: unknown]>([
    ['x', tooLarge(/the result has more than \d+ values/)],
    ['abort(x)', tooLarge(/the result has more than \d+ values/)],
    ['x.toString().length', tooLarge(/string size \d+ exceeds limit 16777216/)],
    ['log(x)', tooLarge(/string size \d+ exceeds limit 16777216/)],
    ['Plain.create({ x: x })', invalid(/^Version bytes/)],
    ['Plain.create({}).update({ x: { y: x } })', invalid(/^Version bytes/)],
    ['Indexed.byA(x).count()', invalid(/^Key bytes/)],
    ['Indexed.byA(1, { from: x }).count()', invalid(/^Key bytes/)],
    [`${shared('y')} x == y`, true],
    [`${shared('y')} x == [y]`, false],
    [`${shared('y')} [x, y].order().length`, 2],
    [`${shared('y')} [x, y, [x]].distinct().length`, 2],
    [`${shared('y')} [x].includes(y)`, true],
    [
      'Set.single(1).concat([x].toSet()).paginate(1).after.toString().length',
      tooLarge(/a cursor has more than \d+ bytes/),
    ],
  ])('%s', (end, expected) => expectReply(db, [`${shared('x')} ${end}`, expected, UNTYPED]))
})
