import { describe, expect, test } from 'vitest'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { evaluate, fakeContext, POT, type World } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { Double, objectOf, TRANSACTION_TIME, UuidValue, type Value } from '#src/fql/values/value.ts'
import { encode, type WireFormat } from './encode.ts'
import { materialise } from './materialise.ts'

const TS = 1_700_000_000_123_000
const pots = { 1: { n: 1, other: new DocValue(POT, 2n), '@k': true }, 2: { n: 2 } }

async function render(
  value: Value | Promise<Value>,
  format: WireFormat,
  world: World = { pots },
): Promise<string> {
  return encode(await materialise(fakeContext(world), await value), format, TS)
}

const query = (text: string) =>
  evaluate(text, fakeContext({ pots }), { pot: new DocValue(POT, 1n), gone: new DocValue(POT, 9n) })

describe('each kind in each format', () => {
  test.each<[string, string, string, string]>([
    ['1', '1', '{"@int":"1"}', '1'],
    ['2147483648', '2147483648', '{"@long":"2147483648"}', '2147483648'],
    ['1.0', '1.0', '{"@double":"1.0"}', '1.0'],
    ['1e10', '1.0E10', '{"@double":"1.0E10"}', '1.0E10'],
    ['Math.NaN', '"NaN"', '{"@double":"NaN"}', 'Math.NaN'],
    ['-Math.Infinity', '"-Infinity"', '{"@double":"-Infinity"}', '-Math.Infinity'],
    [
      '[true, null, "a\\"é"]',
      '[true,null,"a\\"é"]',
      '[true,null,"a\\"é"]',
      '[\n  true,\n  null,\n  "a\\"é"\n]',
    ],
    ['ID("12")', '"12"', '"12"', '"12"'],
    [
      'Time("1970-01-01T00:00:01.5Z")',
      '"1970-01-01T00:00:01.500Z"',
      '{"@time":"1970-01-01T00:00:01.500Z"}',
      'Time("1970-01-01T00:00:01.500Z")',
    ],
    ['Date("2022-12-14")', '"2022-12-14"', '{"@date":"2022-12-14"}', 'Date("2022-12-14")'],
    ['Bytes("AQID")', '"AQID"', '{"@bytes":"AQID"}', 'Bytes("AQID")'],
    ['Math', '"Math"', '{"@mod":"Math"}', 'Math'],
    ['Math.abs', '"[function abs()]"', '"[function abs()]"', '"[function abs]"'],
    ['x => x', '"[function <lambda>]"', '"[function <lambda>]"', '"[function <lambda>]"'],
    [
      '{ "@k": 1, b: {} }',
      '{"@k":1,"b":{}}',
      '{"@object":{"@k":{"@int":"1"},"b":{}}}',
      '{\n  "@k": 1,\n  b: {}\n}',
    ],
    ['[]', '[]', '[]', '[]'],
    [
      'gone',
      'null',
      '{"@ref":{"id":"9","coll":{"@mod":"Pot"},"exists":false,"cause":"not found"}}',
      'Pot("9") /* not found */',
    ],
    [
      'pot',
      '{"id":"1","coll":"Pot","n":1,"other":{"id":"2","coll":"Pot"},"@k":true}',
      '{"@doc":{"@object":{"id":"1","coll":{"@mod":"Pot"},"n":{"@int":"1"},"other":{"@ref":{"id":"2","coll":{"@mod":"Pot"}}},"@k":true}}}',
      '{\n  id: "1",\n  coll: Pot,\n  n: 1,\n  other: Pot("2"),\n  "@k": true\n}',
    ],
    [
      '[1, 2].toSet()',
      '{"data":[1,2]}',
      '{"@set":{"data":[{"@int":"1"},{"@int":"2"}]}}',
      '{\n  data: [\n    1,\n    2\n  ]\n}',
    ],
    ['"hi\\nhello"', '"hi\\nhello"', '"hi\\nhello"', '<<-END\n  hi\n  hello\nEND'],
    ['["new\\nEND\\n"]', '["new\\nEND\\n"]', '["new\\nEND\\n"]', '[\n  <<-END0\n    new\n    END\n  END0\n]'],
  ])('%s', async (text, simple, tagged, decorated) => {
    expect(await render(query(text) as Value, 'simple')).toBe(simple)
    expect(await render(query(text) as Value, 'tagged')).toBe(tagged)
    expect(JSON.parse(await render(query(text) as Value, 'decorated'))).toBe(decorated)
  })
})

test('the transaction time is that of the commit', async () => {
  expect(await render(TRANSACTION_TIME, 'tagged')).toBe('{"@time":"2023-11-14T22:13:20.123Z"}')
})

test('UUIDs', async () => {
  const uuid = new UuidValue('00000000-0000-0000-0000-000000000001')
  expect(await render(uuid, 'tagged')).toBe(`{"@uuid":"${uuid.text}"}`)
})

test('a lone surrogate becomes a question mark', async () => {
  expect(await render('a\ud800b😀', 'simple')).toBe('"a?b😀"')
})

test('documents are read with promises too; those of pages as well', async () => {
  const set = query('[pot, gone].toSet()') as Value
  const text = await render(set, 'tagged', { pots: { 1: { n: new Double(2) } }, later: true })
  expect(JSON.parse(text)['@set'].data).toEqual([
    { '@doc': { id: '1', coll: { '@mod': 'Pot' }, n: { '@double': '2.0' } } },
    { '@ref': { id: '9', coll: { '@mod': 'Pot' }, exists: false, cause: 'not found' } },
  ])
})

describe('sets in sets', () => {
  test('pages with cursors', async () => {
    const text = await render(
      query('Set.sequence(0, 2).map(x => Set.sequence(0, 20).pageSize(2))') as Value,
      'simple',
    )
    const page = { data: [0, 1], after: expect.any(String) }
    expect(JSON.parse(text)).toEqual({ data: [page, page] })
  })

  test('ten deep, then a cursor', async () => {
    const nest = 'Array.sequence(0, 12).fold(1, (v, _) => Set.single(v))'
    let v = JSON.parse(await render(query(nest) as Value, 'simple'))
    for (let i = 0; i < 10; i++) v = v.data[0]
    expect(v).toEqual(expect.any(String))
  })

  test('a cursor goes on where the page ended', async () => {
    const { after } = JSON.parse(await render(query('Set.sequence(0, 20)') as Value, 'simple'))
    const later = fakeContext({ snapshotTs: TS })
    expect(await evaluate(`Set.paginate("${after}").data`, later)).toEqual([16, 17, 18, 19])
    // The cursor is as of the commit, which an earlier snapshot has not reached.
    expect(() => evaluate(`Set.paginate("${after}")`, fakeContext({ snapshotTs: TS - 1 }))).toThrow(
      QueryFailure as never,
    )
  })
})

test('nesting has a limit', async () => {
  const deep = Array.from({ length: 2000 }).reduce<Value>((v) => [v], 1)
  await expect(async () => render(deep, 'simple')).rejects.toMatchObject({ code: 'value_too_large' })
  expect(await render(objectOf({ a: [[[1]]] }), 'simple')).toBe('{"a":[[[1]]]}')
})
