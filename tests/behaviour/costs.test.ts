/** Figures of `stats` (spec/protocol.md §3.5) and performance hints (spec/language.md Part 4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await startDatabase()
  await db.must(`
    Collection.create({
      name: "Fish",
      computed_fields: { both: { body: 'f => "#{f.kind} #{f.name}"' } },
      indexes: {
        byKind: { terms: [{ field: ".kind" }], values: [{ field: ".name" }] },
        deep: { terms: [{ field: ".kind" }], values: [{ field: ".o.a.x" }] },
        byTag: { terms: [{ field: ".tags", mva: true }], values: [{ field: ".name" }] },
        byBoth: { terms: [{ field: ".kind" }], values: [{ field: ".both" }] }
      }
    })
    Collection.create({ name: "Eel" })
    1`)
  await db.must(`
    Set.sequence(0, 20).forEach(i => Fish.create({ id: i + 1, kind: "k", name: "n#{i}", size: i, o: { a: { x: 1, y: 2 } } }))
    Eel.create({ id: 1, n: 1 })
    Fish.create({ tags: [1, 2], name: "tagged" })
    Fish.create({ kind: "nameless" })`)
})
afterAll(() => db.stop())

describe('read_ops', () => {
  it.each([
    ['1 + 1', 0],
    ['Fish.byId(1)!', 1],
    ['Fish.byId(99).exists()', 1],
    ['[Fish.byId(1)!, Fish.byId(1)!.name]', 1],
    ['Eel.all().map(.id).paginate()', 8],
    ['Eel.all().map(.n).paginate()', 9],
    ['Fish.byKind("k").map(.name).paginate()', 1],
    ['Fish.byKind("k").first()!.size', 2],
    ['Fish.byKind("k").first()', 2],
    ['Fish.byKind("none").first()', 1],
    // An entry holds one element of it.
    ['Fish.byTag(1).first()!.tags', 2],
    ['Fish.byTag(1).first()!.name', 1],
    // Null is not held.
    ['Fish.byKind("nameless").first()!.name', 2],
    ['Fish.byBoth("k").first()!.both', 1],
    ['Fish.byKind("k").map(.size).take(5).toArray()', 6],
    // The same page costs nothing again, another one of the same set does.
    ['[Eel.all().isEmpty(), Eel.all().nonEmpty(), Eel.all().first()!.id]', 8],
    ['[Fish.byKind("k").first()!.name, Fish.byKind("k").first()!.name]', 1],
    ['[Fish.byKind("k").first()!.name, Fish.byKind("none").first()?.name]', 2],
    ['[Eel.all().count(), Eel.all().map(.id).toArray().length]', 8],
    ['[Eel.all().count(), Eel.all().isEmpty()]', 16],
    ['[Eel.all().map(.id).paginate(3), Eel.all().map(.id).paginate(3)]', 8],
    ['[Eel.all().map(.id).paginate(3), Eel.all().map(.id).paginate(4)]', 16],
    ['[Eel.all().map(.id).take(1).toArray(), Eel.all().map(.id).first()]', 8],
    ['[Eel.all().map(.id).drop(1).first(), Eel.all().map(.id).take(2).toArray().length]', 8],
    ['[Eel.all().where(.id == 1).isEmpty(), Eel.all().where(.id == 1).first()?.id]', 8],
    ['[Eel.all().where(.id == 1).isEmpty(), Eel.all().isEmpty()]', 16],
  ])('%s', async (query, ops) => expect((await db.ask(query)).body.stats.read_ops).toBe(ops))
})

describe('write_ops', () => {
  it.each([
    ['1 + 1', 0],
    ['Eel.create({ id: 10, n: 1 })', 1],
    // Index entries are paid with their document.
    ['Fish.create({ id: 100, kind: "k", name: Array.sequence(0, 600).fold("", (s, i) => s + "x") })', 2],
    // A document is paid once a query, as it is in the end.
    ['Set.sequence(0, 50).forEach(i => Eel.byId(1)!.update({ n: i }))', 1],
    ['Eel.create({ id: 11 })!.delete()', 1],
    ['Set.sequence(0, 5).forEach(i => Eel.create({ id: 20 + i }))', 5],
    // What fails writes nothing.
    ['Eel.create({ id: 12 })\nabort(1)', 0],
  ])('%s', async (query, ops) => {
    const { stats } = (await db.ask(query, { typecheck: false })).body
    expect([stats.write_ops, stats.storage_bytes_write > 0]).toEqual([ops, ops > 0])
  })
})

describe('compute_ops', () => {
  it.each([
    ['null', 1],
    ['Set.sequence(0, 100).map(n => n + 1).toArray()', 7],
    ['Set.sequence(0, 100).count()', 3],
    ['[1, 2] { a: 1 }', 1],
  ])('%s', async (query, ops) =>
    expect((await db.ask(query, { typecheck: false })).body.stats.compute_ops).toBe(ops),
  )
})

describe('hints at uncovered reads', () => {
  const text = (path: string, index: string) =>
    `performance_hint: non_covered_document_read - ${path} is not covered by the Fish.${index} index.`
  const headers = { 'x-performance-hints': 'true' }

  it.each([
    ['Fish.byKind("k").first()!.name', []],
    ['Fish.byKind("k").first()!.data.name', []],
    ['Fish.byKind("k").first()!.size', [text('.size', 'byKind')]],
    ['Fish.byKind("k").first()!.data.size', [text('.size', 'byKind')]],
    ['Fish.deep("k").first()!.o.a.x', []],
    ['Fish.deep("k").first()!.o.a.y', [text('.o.a.y', 'deep')]],
    ['Fish.deep("k").first()!.o.a', [text('.o.a', 'deep')]],
  ])('%s', async (query, hints) => {
    const { summary } = (await db.ask(query, { headers })).body
    expect(
      summary.split('\n').flatMap((l: string) => l.split(' See ')[0]?.match(/^performance_hint.*/) ?? []),
    ).toEqual(hints)
  })

  it('stand at the field name', async () => {
    const { summary } = (await db.ask('Fish.byKind("k").first()!.size', { headers })).body
    expect(summary).toContain('at *query*:1:27\n')
  })
})
