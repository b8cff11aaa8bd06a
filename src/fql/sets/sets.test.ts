import { describe, expect, test } from 'vitest'
import { evaluate, fakeContext, POT, show } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { UserFunctionValue } from '#src/fql/values/function.ts'
import { NULL } from '#src/fql/values/value.ts'
import { ArraySet } from './array-set.ts'
import { FlatMapSet } from './flat-map-set.ts'
import { SingleSet } from './single-set.ts'

const pots = Object.fromEntries(Array.from({ length: 50 }, (_x, i) => [String(i), { n: i }]))
const documents = { set: new ArraySet(Object.keys(pots).map((id) => new DocValue(POT, BigInt(id)))) }

/** All pages of a set, each with what tells whether another follows. */
const pages = (set: string, size: number, before = '') => `${before}
  let p1 = (${set}).paginate(${size})
  let p2 = if (p1.after == null) null else Set.paginate(p1.after.toString())
  let p3 = if (p2 == null || p2.after == null) null else Set.paginate(p2.after)
  [p1.data, p2?.data, p3?.data, p3?.after != null]`

describe('pages', () => {
  test.each([
    ['Set.sequence(0, 5)', 2, '[[0, 1], [2, 3], [4], false]'],
    ['Set.sequence(0, 4)', 4, '[[0, 1, 2, 3], null, null, false]'],
    ['Set.sequence(0, 5).reverse()', 2, '[[4, 3], [2, 1], [0], false]'],
    ['[1, 2, 3].toSet()', 2, '[[1, 2], [3], null, false]'],
    ['Set.single(1)', 1, '[[1], null, null, false]'],
    ['[1, 2].toSet().concat([].toSet())', 2, '[[1, 2], [], null, false]'],
    ['[1, 2].toSet().concat([3].toSet()).concat([4, 5].toSet())', 2, '[[1, 2], [3, 4], [5], false]'],
    ['[1, 10, 2, 3].toSet().where(v => v < 10)', 2, '[[1, 2], [3], null, false]'],
    ['[1, 10, 2, 10].toSet().where(v => v < 10)', 2, '[[1, 2], null, null, false]'],
    ['Set.sequence(0, 50).where(v => v < 2)', 2, '[[0, 1], [], null, false]'],
    ['Set.sequence(0, 50).take(5)', 3, '[[0, 1, 2], [3, 4], null, false]'],
    ['Set.sequence(0, 50).take(3)', 3, '[[0, 1, 2], null, null, false]'],
    ['Set.sequence(0, 6).drop(1).map(x => x * 2)', 2, '[[2, 4], [6, 8], [10], false]'],
    ['Set.sequence(0, 3).drop(3)', 2, '[[], null, null, false]'],
    ['[1, 2].toSet().flatMap(x => [x, x * 10, x * 100].toSet())', 2, '[[1, 10], [100, 2], [20, 200], false]'],
    ['[1, 2].toSet().flatMap(x => [x, -x].toSet()).reverse()', 3, '[[-2, 2, -1], [1], null, false]'],
    ['[3, 1, 2].toSet().order(desc(x => x))', 2, '[[3, 2], [1], null, false]'],
    ['[3, 1, 3, 2].toSet().distinct()', 2, '[[1, 2], [3], null, false]'],
    ['Set.sequence(0, 9).take(3).reverse()', 2, '[[2, 1], [0], null, false]'],
    ['Set.sequence(0, 9).pageSize(5).where(x => x > 2)', 4, '[[3, 4, 5, 6], [7, 8], null, false]'],
  ])('%s in pages of %i', async (set, size, expected) => {
    expect(await show(pages(set, size))).toBe(expected)
  })

  test('captured values and template-like names travel along', async () => {
    const query = pages(
      'Set.sequence(0, 3).map(x => add(x) * k.f[0])',
      1,
      'let k = { f: [2] }\nlet add = (a) => a + k.f[0]',
    )
    expect(await show(query)).toBe('[[4], [6], [8], false]')
  })

  test('projections of documents, read with promises', async () => {
    const ctx = fakeContext({ pots, later: true })
    const query = pages('set.where(.n >= 10) { twice: .n * k }', 2, 'let k = 2')
    expect(await show(query, ctx, documents)).toBe(
      '[[{ twice: 20 }, { twice: 22 }], [{ twice: 24 }, { twice: 26 }], [{ twice: 28 }, { twice: 30 }], true]',
    )
  })
})

describe('methods', () => {
  test.each([
    ['Set.sequence(0, 6).reverse().reverse().toArray()', '[0, 1, 2, 3, 4, 5]'],
    ['Set.sequence(0, 6).drop(4).reverse().toArray()', '[5, 4]'],
    ['[1].toSet().concat([2].toSet()).map(x => x).where(x => true).reverse().toArray()', '[2, 1]'],
    ['[{ a: 1, b: 1 }, { a: 1, b: 2 }].toSet().order(.a, desc(.b)).reverse().map(.b).toArray()', '[1, 2]'],
    ['[2, 1].toSet().order().reverse().toArray()', '[1, 2]'],
    ['[2, 1, 1.0, 2, ID(1), "1"].toSet().distinct().toArray()', '[1, 1.0, 2, "1", ID("1")]'],
    ['[ID(1), 0.0].toSet().includes(1)', 'false'],
    ['let f = x => [1, 2].toSet().map(y => y + 1)\n[1, 2].toSet().map(f).distinct().count()', '1'],
    ['[1, 2].map(k => [1].toSet().map(x => x + k)).distinct().length', '2'],
    ['["a".concat, "b".concat, "a".concat].distinct().length', '2'],
    ['[5, 6].toSet().pageSize(1).paginate().data', '[5]'],
    ['Set.sequence(0, 40).pageSize(2).concat(Set.sequence(0, 1)).paginate().data.length', '16'],
    [
      'Set.sequence(0, 16001).toArray()',
      'value_too_large: Value too large: exceeded maximum number of elements (limit=16000).',
    ],
    ['Set.sequence(0, 40000).reduce((a, b) => b)', '39999'],
    ['Set.sequence(0, 20000).aggregate(0, (a, b) => a + b)', '199990000'],
    ['["a", "b", "c"].toSet().aggregate("S", (a, b) => a + b)', '"abcS"'],
    ['["a", "b"].toSet().foldRight("", (a, b) => a + b)', '"ba"'],
    ['["a", "b"].toSet().reduceRight((a, b) => a + b)', '"ba"'],
    ['[].toSet().reduce((a, b) => a)!', 'null_value: Null value, due to empty set'],
    ['[1, 2].toSet().firstWhere(x => x > 5)!', 'null_value: Null value, due to empty set'],
    ['[1, 2, 3].toSet().lastWhere(x => x < 3)', '2'],
    ['[1, 2, 3].toSet().order().lastWhere(x => x < 3)', '2'],
    ['[1, 2, 3].toSet().distinct().lastWhere(x => x < 3)', '2'],
    ['[1, 2, 3].toSet().distinct().last()', '1'],
    [
      'Set.sequence(0, 16001).lastWhere(x => x < 3)',
      'value_too_large: Value too large: exceeded maximum number of elements (limit=16000).',
    ],
    ['[1, null].toSet().any(x => x)', 'type_mismatch: expected type: Boolean, received Int'],
    ['[null].toSet().every(x => x)', 'false'],
    ['[Math.NaN].toSet().includes(Math.NaN)', 'false'],
    ['[1].toSet().flatMap(x => [x]).first()', 'type_mismatch: expected type: Set<Any>, received Array<Any>'],
    [
      '[1].toSet().forEach((a, b) => a)',
      'invalid_argument: `func` should accept 1 parameter, provided function requires exactly 2 parameters.',
    ],
    [
      '[1].toSet().where(() => true)',
      'invalid_argument: `pred` should accept 1 parameter, provided function requires no parameters.',
    ],
    ['[1].toSet().take(-1)', 'invalid_bounds: expected `limit` to be greater than 0, received -1'],
    [
      '[1].toSet().pageSize(16001)',
      'invalid_bounds: expected `size` to be between 1 and 16000 (inclusive), received 16001',
    ],
    ['[1, 2].toSet().map(x => x) == [1, 2].toSet().map(x => x)', 'false'],
    ['[1, 2].toSet().take(1) == [1, 2].toSet().take(1)', 'true'],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(expected)
  })

  test('a chain of many concats is read like a list', async () => {
    const query = 'Array.sequence(0, 5000).fold([].toSet(), (s, x) => s.concat([x].toSet()))'
    expect(await show(`${query}.count()`)).toBe('5000')
    expect(await show(`${query}.reverse().paginate(2).data`)).toBe('[4999, 4998]')
  })

  test('sets nest only so deep', async () => {
    expect(await show('Array.sequence(0, 5000).fold([1].toSet(), (s, x) => s.where(y => true))')).toMatch(
      /^value_too_large/,
    )
  })

  test('a set may be read again and again', async () => {
    expect(
      await show('let s = [1, 2, 3].toSet().where(x => x > 1)\n[s.count(), s.first(), s.toArray()]'),
    ).toBe('[2, 2, [2, 3]]')
  })
})

/** `f(x)`: a flatMap whose mapper is `f`, without end. */
class Endless extends UserFunctionValue {
  readonly name = 'f'
  readonly arity = { counts: [1], variadic: false }
  readonly definition = NULL
  invoke(): FlatMapSet {
    return new FlatMapSet(new SingleSet(1), this)
  }
}

test('a flatMap of itself is a stack overflow, not a crash', async () => {
  const ctx = fakeContext({ globals: { f: new Endless() } })
  expect(await show('f(1).first()', ctx)).toBe(
    'stack_overflow: number of stack frames exceeded limit of 2048',
  )
})

describe('event sources', () => {
  test.each([
    [
      '[1].toSet().eventSource()',
      "can't call `.eventSource()` because streaming is not supported on array sets.",
    ],
    [
      'Set.sequence(0, 2).map(x => x).toStream()',
      "can't call `.toStream()` because streaming is not supported on sets created from `Set.sequence()`.",
    ],
    [
      'Set.single(1).eventsOn(.a)',
      "can't call `.eventsOn()` because streaming on `Set.single()` is only supported if its element is a document.",
    ],
    [
      'Set.single(Set).take(1).eventSource()',
      "can't call `.eventSource()` because streaming is not supported on sets returned from `.take()`.",
    ],
    [
      '[1].toSet().reverse().order().eventSource()',
      "can't call `.eventSource()` because streaming is not supported on sets returned from `.order()`.",
    ],
  ])('%s', async (query, expected) => {
    expect(await show(query)).toBe(`invalid_receiver: ${expected}`)
  })

  test('of a single document', async () => {
    const ctx = fakeContext({ pots })
    const variables = { pot: new DocValue(POT, 3n) }
    const watching = (text: string) => evaluate(text, ctx, variables)
    expect(watching('Set.single(pot).eventsOn(.a.b[0]["c"])')).toMatchObject({
      watched: [['a', 'b', 0, 'c']],
    })
    expect(await show('Set.single(pot).map(.n).eventsOn(.a)', ctx, variables)).toBe(
      "invalid_receiver: can't call `.changesOn()` because it was not called on the source set.",
    )
    expect(await show('Set.single(pot).eventsOn(.a, x => x.a)', ctx, variables)).toBe(
      'invalid_argument: invalid argument `1`: invalid field path given',
    )
    expect(await show('Set.single(pot).eventsOn(.a + 1)', ctx, variables)).toBe(
      'invalid_argument: invalid argument `0`: invalid field path given',
    )
    expect(
      await show('Set.single(pot).eventSource()', fakeContext({ missing: 'permission denied' }), variables),
    ).toBe('permission_denied: Insufficient privileges to create a stream on the source document.')
  })
})
