/** What `summary` shows of a failure: the place, hints, and the calls around it (spec/language.md §2.14). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDatabase, type TestDatabase } from './database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await startDatabase('typechecked: false')
  await db.must(`
    Collection.create({ name: "Heron" })
    Collection.create({ name: "Egret", wildcard: "Any", computed_fields: { wings: { body: 'd => abort(2)' } } })
    Function.create({ name: "spill", body: '() => abort("ink")' })
    Function.create({ name: "outer", body: '() => spill()' })
    Function.create({ name: "lazily", body: '_ => [1].toSet().map(i => abort(i))' })
    Function.create({ name: "sorted", body: '_ => [1].toSet().order(i => i.name.deep)' })
`)
})
afterAll(() => db.stop())

/** The places of a summary: `LINE:COLUMN LENGTH`, with the source unless it is the query. */
function places(summary: string): string[] {
  const out: string[] = []
  let source = ''
  let title = ''
  let number = ''
  for (const row of summary.split('\n')) {
    const at = /^at \*(.*)\*:(\d+):\d+$/.exec(row)
    const line = /^(\d+) \| /.exec(row)
    const mark = /^ +\| ( *)(\^+)$/.exec(row)
    const head = /^(error|hint|trace):/.exec(row)
    if (at) source = at[1] as string
    else if (line) number = line[1] as string
    else if (head) title = head[1] as string
    else if (mark) {
      const from = (mark[1] as string).length + 1
      out.push(
        `${title === 'hint' ? 'hint ' : ''}${source === 'query' ? '' : `${source} `}${number}:${from}+${mark[2]?.length}`,
      )
      title = ''
    }
  }
  return out
}

interface Row {
  readonly query: string
  readonly at: readonly string[]
}

describe('places of failures', () => {
  it.each<Row>([
    { query: "Heron.byId('1')!", at: ['1:11+6'] },
    { query: 'Heron.byId(5).x', at: ['1:11+3'] },
    { query: 'Heron.byId(5)["x"]', at: ['1:11+3'] },
    { query: 'Heron.byId(5)?.x!', at: ['1:16+2', 'hint 1:11+3'] },
    { query: 'Heron.byId(5)?.x.y.z()!', at: ['1:19+5', 'hint 1:11+3'] },
    { query: 'let x = Heron.byId(5) { x }\nx!', at: ['2:1+2', 'hint 1:9+19'] },
    { query: 'let foo = {}\nfoo?.bar?.baz!', at: ['2:11+4', 'hint 2:6+3'] },
    { query: 'null?.foo[0].bar().baz!', at: ['1:19+5', 'hint 1:1+4'] },
    { query: 'null!', at: ['1:1+5'] },
    { query: 'null.foo', at: ['1:6+3', 'hint 1:1+4'] },
    { query: 'let f = () => 1 { * }\nf()', at: ['1:15+7'] },
    { query: 'let f = 1\nf(2)', at: ['2:2+3'] },
    { query: 'Query.identity()!', at: ['1:15+3'] },
    { query: 'null + 1', at: ['1:6+1', 'hint 1:1+4'] },
    { query: '[1].forEach(x => x)!', at: ['1:12+9'] },
    { query: '[].toSet().first()!', at: ['1:17+3'] },
    { query: 'let x = Query.identity()\nx!', at: ['2:1+2', 'hint 1:23+2'] },
    { query: 'let x = Query.token()\nx!', at: ['2:1+2', 'hint 1:20+2'] },
    { query: '{ a: 1 } { b: abort(1) }', at: ['1:20+3', '1:1+24'] },
    { query: '[{ a: 1 }] { b: abort(1) }', at: ['1:22+3', '1:1+26'] },
    { query: '[{ a: 1 }].toSet() { b: abort(1) }', at: ['1:30+3', '1:1+34'] },
    { query: '[null] { a }', at: ['1:10+1', 'hint 1:2+4', '1:1+12'] },
    { query: 'Egret.create({}).wings', at: ['computed_field:Egret:wings 1:11+3', '1:18+5'] },
    { query: '"#{Egret.create({})}"; abort(1)', at: ['1:29+3'] },
    { query: '[1].toSet().map(v => abort(v)).first()', at: ['1:27+3', '1:16+15', '1:37+2'] },
    { query: '[1].toSet().where(x => 1).first()', at: ['1:18+8', '1:32+2'] },
    { query: '[1].toSet().flatMap(x => 1).first()', at: ['1:20+8', '1:34+2'] },
    { query: 'outer()', at: ['udf:spill 1:12+7', 'udf:outer 1:12+2', '1:6+2'] },
    { query: 'lazily(1)', at: ['udf:lazily 1:32+3', 'udf:lazily 1:21+15', '1:7+3'] },
    {
      query: 'sorted(1)',
      at: ['udf:sorted 1:36+4', 'hint udf:sorted 1:31+4', 'udf:sorted 1:23+18', '1:7+3'],
    },
    { query: 'let f = x => x.map(y => y / 0)\nf([1, 2])', at: ['1:29+1', '1:19+12', '2:2+8'] },
  ])('$query', async ({ query, at }) => {
    const { body } = await db.ask(query, { typecheck: false })
    expect(places(body.summary)).toEqual(at)
  })
})

it.each([
  {
    what: 'the place of a failure',
    signature: 'Int',
    body: 'abort(1)',
    inside: `error: Query aborted.
      at *field:n*:1:6
        |
      1 | abort(1)
        |      ^^^
        |`,
  },
  {
    what: 'calls',
    signature: 'Any',
    body: '(x => 1/x)(0)',
    inside: `error: Attempted integer division by zero.
      at *field:n*:1:9
        |
      1 | (x => 1/x)(0)
        |         ^
        |
        |
      1 | (x => 1/x)(0)
        |           ^^^
        |`,
  },
])(
  'shows $what inside a default with its failure, not with that of the write',
  async ({ signature, body: text, inside }) => {
    const query = `Collection.create({ name: "Stork", fields: { n: { signature: "${signature}", default: "${text}" } } })`
    const { body } = await db.ask(query, { typecheck: false })
    expect(body.summary).toBe(`error: Failed to create Collection.
constraint failures:
  n: Default field evaluation failed.
      ${inside}
at *query*:1:18
  |
1 | ${query}
  |                  ${'^'.repeat(query.length - 17)}
  |`)
  },
)

it('prints a document whose computed field fails as its failure', async () => {
  expect(await db.must('"#{Egret.create({})}"')).toBe('[error: Query aborted.]')
  expect(await db.must('[Egret.create({}), 1].toString()')).toBe('[[error: Query aborted.], 1]')
})

it('does not show what came with a cursor', async () => {
  const { after } = await db.must('[1, 2, 3].toSet().map(n => if (n > 1) abort(n) else n).paginate(1)')
  const { body } = await db.ask(`Set.paginate("${after}")`)
  expect(places(body.summary)).toEqual([`1:13+${after.length + 4}`])
})

it('counts calls, operators and projections as steps', async () => {
  const ops = async (query: string) => (await db.ask(query)).body.stats.compute_ops
  expect(await ops('Set.sequence(0, 100).map(n => n + 1).toArray()')).toBe(7)
  expect(await ops('Set.sequence(0, 100).count()')).toBe(3)
})
