/** Sets that are read while the query writes to what they hold: each document is as it is when it is read. */
import { afterAll, beforeEach, test } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'
import { expectReply, failing, type Row } from './expect-reply.ts'

const db: TestDatabase = await startDatabase()
await db.must(`Collection.create({ name: "C", history_days: 1, indexes: { sorted: { values: [{ field: "n" }] } } })
  Role.create({ name: "some", privileges: [{ resource: "C", actions: { read: "c => c.n > 2" } }] })
  Role.create({ name: "seer", privileges: [{ resource: "C", actions: { read: "c => C.byId(c.id)!.n > 2 && c.n < 5" } }] })`)
afterAll(() => db.stop())

beforeEach(async () => {
  await db.must('C.all().forEach(.delete())')
  await db.must('Set.sequence(1, 7).forEach(n => C.create({ id: n, n: n, o: { "é": n, b: [n] } }))')
})

const rest = 'let next = C.byId(c.n + 1)'

test.each<Row>([
  // Changed, deleted and made before their turn.
  [`C.all().map(.n).toArray()`, [1, 2, 3, 4, 5, 6]],
  [
    `C.all().fold([], (ns, c) => { ${rest}; if (next.exists()) next!.update({ n: 10 }); ns.append(c.n) })`,
    [1, 10, 3, 10, 5, 10],
  ],
  [
    `C.all().fold([], (ns, c) => { ${rest}; if (next.exists()) next!.delete(); ns.append(c.n) })`,
    failing('document_not_found', 'Collection `C` does not contain document with id 2.'),
  ],
  [
    `C.all().fold([], (ns, c) => { if (c.n < 8) C.create({ id: c.n + 6, n: c.n + 6 }); ns.append(c.n) }).take(2)`,
    [1, 2],
  ],
  [`C.all().toArray().map(c => { c.update({ n: c.n * 2 }); c.n })`, [2, 4, 6, 8, 10, 12]],
  [
    `let all = C.all().toArray(); C.byId(3)!.delete(); all.map(c => c.exists())`,
    [true, true, false, true, true, true],
  ],
  [`let all = C.where(.n > 3); C.byId(1)!.update({ n: 9 }); all.map(.id).toArray()`, ['1', '4', '5', '6']],
  // One field or all of them, of what was scanned and of what was written.
  [`C.all().first()!.o`, { é: 1, b: [1] }],
  [`C.all().first()!.o["é"]`, 1],
  [
    `C.all().map(c => [c.n, c.o.b[0], c.missing, c["o"]["é"], c.n, c.data]).first()!`,
    [1, 1, null, 1, 1, { n: 1, o: { é: 1, b: [1] } }],
  ],
  [`C.byId(1)!.update({ n: 7 }); C.all().first()!.n`, 7],
  [`C.byId(1)!.update({ n: 7 }); C.all().first()!.ts == C.byId(1)!.ts`, true],
  // Read at another time than found.
  [
    `let now = Time.now(); C.byId(2)!.update({ n: 20 }); at (now) { C.all().map(.n).toArray() }`,
    [1, 2, 3, 4, 5, 6],
  ],
  [`let now = Time.now(); C.all().first()!.update({ n: 20 }); let c = C.all().first()!; at (now) { c.n }`, 1],
])('%s', (...row) => expectReply(db, row))

const as = (role: string) => ({ secret: db.secret.replace(':admin', `:@role/${role}`) })

test.each<Row>([
  ['C.all().map(.n).toArray()', [3, 4, 5, 6], as('some')],
  ['C.sorted().map(.n).toArray()', [3, 4, 5, 6], as('some')],
  ['C.where(.n < 5).map(.n).toArray()', [3, 4], as('some')],
  ['C.all().toArray().map(c => c.o.b)', [[3], [4], [5], [6]], as('some')],
  ['C.all().map(.n).toArray()', [3, 4], as('seer')],
  ['C.sorted().map(c => c.o.b).toArray()', [[3], [4]], as('seer')],
])('with a role: %s', (...row) => expectReply(db, row))
