import fc from 'fast-check'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { childDatabase, storedDatabaseId } from '#src/data/child-database.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import type { DatabaseSchema } from '#src/data/database-schema.ts'
import { ROOT_DATABASE } from '#src/data/keys.ts'
import type { Services } from '#src/data/services.ts'
import { parseQuery } from '#src/fql/syntax/parser.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { checkQuery } from '#src/fql/types/check.ts'
import { Double, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { Transaction } from '#src/transaction/transaction.ts'
import { testEngine } from '../schema-testing.ts'
import { Schemas } from '../schemas.ts'
import { checkTypes } from './check-query.ts'
import { typesOf } from './schema-types.ts'
import { typeOfValue } from './value-types.ts'

vi.mock('#src/fql/types/check.ts', { spy: true })

const SCHEMA = `
  collection Order {
    status: "open" | "closed"
    size: 1 | 2 | 40000000000
    note: String?
    total: Number?
    rate: Double?
    compute kind: "large" | "small" = (o => if (o.size == 2) "large" else "small")
    index byStatus { terms [.status] }
  }
  function twice(x: "once" | Number): String { "twice" }
`
let schema: DatabaseSchema

beforeAll(async () => {
  const engine = await testEngine()
  await engine.push(SCHEMA)
  const tx = await Transaction.begin(engine.storage)
  const schemas = new Schemas()
  const root = new DatabaseHost(await schemas.load(tx, ROOT_DATABASE), tx, {} as Services)
  schema = await schemas.load(tx, storedDatabaseId((await childDatabase(root, 'test')) as Value))
  return () => engine.close()
})

function parsed(text: string): Expr {
  const result = parseQuery({ name: '*query*', text })
  if (!result.ok) throw new Error(`does not parse: ${text}`)
  return result.value
}

const names = ['x', 'y']
const answer = (expr: Expr, values: readonly Value[]) => {
  const { staticType, errors, warnings } = checkTypes(schema, expr, names, values, 5000)
  return { staticType, errors, warnings }
}
function expected(expr: Expr, values: readonly Value[]) {
  const args = new Map(names.map((name, i) => [name, typeOfValue(values[i] as Value)]))
  const { ok, staticType, errors, warnings } = checkQuery(expr, typesOf(schema), { args })
  return { staticType: ok ? staticType : undefined, errors, warnings }
}

const queries = [
  'Order.byId(x)',
  'Order.create({ status: x, size: y })',
  'Order.create({ status: "open", size: 1, note: x, total: y })',
  'Order.byId(x)!.update({ status: y })',
  'Order.all().where(.total > y).map(o => { id: o.id, kind: o.kind, note: o.note })',
  'Order.byStatus(x).first()?.total == y',
  '[x, y]',
  '[x, y][0]',
  '{ a: x, b: "label" }.b',
  'if (x == "label") 12 else y',
  'let f: "label" => Number = s => 1\nf(x)',
  'let f: ("label" | Number) => Number = s => 1\nf(x) + y',
  'let s: "a\\u006eb" | Number = x\ns',
  'let n: 1_000 = y\nn',
  'let n: 0x10 | String = y\nn',
  'let n = if (x == 1) 1e3 else y\nn',
  'let f: ("label" => Int) & (String => Boolean) = s => abort("no")\nf(x)',
  'let f: ("a\\u006eb" => Int) & (String => Boolean) = s => abort("no")\nf(x)',
  'let f: (1_000 => Int) & (Number => Boolean) = s => abort("no")\nf(y)',
  'x.length',
  'x + y',
  'x',
  'twice(x)',
  '(a => a)',
  'x.foo',
  '({ label: 1, other: "b" })[x]',
  '[1, "b", true][y]',
]

const literal: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    'open',
    'closed',
    'once',
    'label',
    'other',
    'anb',
    '',
    'a',
    'large',
    'asc',
    '20713954-0',
  ),
  fc.string({ maxLength: 6 }),
  fc.constantFrom<Value>(0, 1, 2, 12, 16, 1000, -1, 2071395400, 40_000_000_000n, 1000n, 5_000_000_000n),
  fc.integer(),
  fc.constantFrom(2.5, 1000, 0.1, 1e300, Number.NaN).map((n) => new Double(n)),
  fc.constantFrom<Value>(true, false),
)
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'value' },
    { weight: 4, arbitrary: literal },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc
        .dictionary(fc.constantFrom('a', 'label'), tie('value'), { maxKeys: 2 })
        .map((fields) => new ObjectValue(new Map(Object.entries(fields)))),
    },
  ),
}))

describe('checks of queries', () => {
  test.each(queries)('%s: what is remembered is what a new check finds', (query) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 8 }), (calls) => {
        const expr = parsed(query)
        for (const values of calls) expect(answer(expr, values)).toEqual(expected(expr, values))
      }),
      { numRuns: 60 },
    )
  })

  const checks = (query: string, calls: readonly (readonly Value[])[]): number => {
    const expr = parsed(query)
    vi.mocked(checkQuery).mockClear()
    for (const values of calls) answer(expr, values)
    return vi.mocked(checkQuery).mock.calls.length
  }
  const times = (n: number, values: (i: number) => readonly Value[]) =>
    Array.from({ length: n }, (_, i) => values(i))

  test('other texts and numbers are not checked again', () => {
    expect(
      checks(
        'Order.byId(x)',
        times(500, (i) => [`7${i}7`, 501 + i]),
      ),
    ).toBe(1)
    expect(
      checks(
        'Order.all().where(.total > y)',
        times(500, (i) => ['', 501 + i]),
      ),
    ).toBe(1)
    expect(
      checks(
        'Order.all().where(.rate > y)',
        times(500, (i) => ['', new Double(i + 0.5)]),
      ),
    ).toBe(1)
    expect(
      checks(
        'Order.byId(x.id)',
        times(500, (i) => [new ObjectValue(new Map([['id', `7${i}7`]])), 0]),
      ),
    ).toBe(1)
  })

  test('those that the query or the schema has are', () => {
    expect(
      checks('Order.create({ status: x, size: 1 })', [
        ['open', 0],
        ['closed', 0],
        ['open', 0],
      ]),
    ).toBe(2)
  })

  test('what needs no stand-ins is checked once, whatever comes of it', () => {
    expect(
      checks(
        'Order.foo',
        times(3, () => [true, false]),
      ),
    ).toBe(1)
    expect(
      checks(
        '(a => a)',
        times(3, () => [true, false]),
      ),
    ).toBe(1)
    expect(
      checks(
        'Order.create({ status: "no" })',
        times(3, () => [true, false]),
      ),
    ).toBe(1)
  })

  test('a check that was given up is not remembered', () => {
    const expr = parsed(`[${'x.length, '.repeat(2000)}1]`)
    expect(checkTypes(schema, expr, names, ['p', 1], 0).errors).toHaveLength(1)
    expect(checkTypes(schema, expr, names, ['p', 1], 5000).errors).toEqual([])
  })
})
