/** Query templates (spec/protocol.md §3.3). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await startDatabase()
  await db.must('Collection.create({ name: "Otter" })')
  await db.must('Otter.create({ id: 5, name: "Mia" })')
})
afterAll(() => db.stop())

const int = (n: number) => ({ value: { '@int': String(n) } })

describe('results', () => {
  it.each<[unknown, unknown]>([
    [{ fql: ["'holt'", '.length'] }, 4],
    [{ fql: ["'my ' + ", { value: 'den' }] }, 'my den'],
    [{ fql: ['2 + ', { fql: ['3 + ', '4 + '] }, '5'] }, 14],
    [{ fql: ['(Otter.where(.name == ', { value: 'Mia' }, ') { name }).toArray()'] }, [{ name: 'Mia' }]],
    [{ array: ['1 + 1', int(3)] }, [2, 3]],
    [{ object: { a: '1 + 1', b: int(3) } }, { a: 2, b: 3 }],
    [{ object: { '"': '2', '\0': '3' } }, { '"': 2, '\0': 3 }],
    [int(5), 5],
    [{ fql: [{ object: { '@int': { value: 'x' } } }, '["@int"]'] }, 'x'],
    [{ array: [{ array: [int(1), int(2)] }, { object: { a: int(3) } }] }, [[1, 2], { a: 3 }]],
    [{ array: [] }, []],
    [{ object: {} }, {}],
    [{ fql: ['let x = ', int(1), '\n', '[x, ', { fql: ['x + ', int(2)] }, ']'] }, [1, 3]],
  ])('%j', async (query, data) => expect((await db.ask(query)).body.data).toEqual(data))

  it('keys keep their order', async () => {
    const keys = Array.from({ length: 500 }, (_, i) => `k${499 - i}`)
    const query = { object: Object.fromEntries(keys.map((k) => [k, '1'])) }
    expect(Object.keys((await db.ask(query)).body.data)).toEqual(keys)
  })
})

describe('summaries', () => {
  it.each<[unknown, string]>([
    [
      { fql: [{ value: 'foo' }, '.bar!'] },
      'error: Type `String` does not have field `bar`\nat *query*:1:9\n  |\n1 | <value>.bar!\n  |         ^^^\n  |',
    ],
    [
      { fql: [{ value: { '@nix': 'foo' } }, '.bar!'] },
      "error: invalid tag '@nix'\nat *query*:1:1\n  |\n1 | <value>.bar!\n  | ^^^^^^^\n  |",
    ],
    [
      { array: [{ value: 'foo' }, '2.bar'] },
      'error: Type `Int` does not have field `bar`\nat *query*:1:14\n  |\n1 | [<value>, (2.bar)]\n  |              ^^^\n  |',
    ],
    [
      { object: { a: { value: 'foo' }, b: '2.bar' } },
      'error: Type `Int` does not have field `bar`\nat *query*:1:25\n  |\n1 | { "a": <value>, "b": (2.bar) }\n  |                         ^^^\n  |',
    ],
  ])('%j', async (query, summary) => expect((await db.ask(query)).body.summary).toBe(summary))
})

describe('static types of values', () => {
  it.each<[unknown, string]>([
    ['foo', '"foo"'],
    [{ '@int': '5' }, '5'],
    [{ '@double': '5.5' }, '5.5'],
    [true, 'Boolean'],
    [null, 'Null'],
    [{ '@time': '2022-02-02T02:02:02Z' }, 'Time'],
    [{ '@date': '2022-02-02' }, 'Date'],
    [{ foo: 'hi' }, '{ foo: "hi" }'],
    [['a', 'b'], '["a", "b"]'],
    [{ '@mod': 'Otter' }, 'OtterCollection'],
    [{ '@doc': { coll: { '@mod': 'Otter' }, id: '5' } }, 'Otter'],
    [{ '@ref': { coll: { '@mod': 'Collection' }, name: 'Otter' } }, 'CollectionDef'],
    [{ '@double': 'NaN' }, 'Double'],
    [{ '@double': '-Infinity' }, 'Double'],
  ])('%j', async (value, type) => expect((await db.ask({ value })).body.static_type).toBe(type))
})
