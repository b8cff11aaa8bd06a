import { describe, expect, it } from 'vitest'
import { evaluate } from '#src/fql/testing/run.ts'
import { Double, NULL, ObjectValue, TimeValue, TRANSACTION_TIME, type Value } from '#src/fql/values/value.ts'
import { i64 } from '#src/storage/keys/fixed.ts'
import { type IndexInfo, type IndexPart, makeIndex, type Path } from './collection.ts'
import { entriesOf, type FieldReader, isPending, termsPrefix, withTime } from './index-entries.ts'
import { encodeValue } from './index-key.ts'

const ID = 9n
const part = (path: Path, options: Partial<IndexPart> = {}): IndexPart => ({
  path,
  mva: false,
  descending: false,
  ...options,
})
const index = (terms: readonly IndexPart[], values: readonly IndexPart[] = []) =>
  makeIndex(1n, 1024, 1, terms, values)
const mva = { mva: true }

async function readerOf(text: string): Promise<FieldReader> {
  const v = await evaluate(text)
  return (name) => (v instanceof ObjectValue ? v.fields.get(name) : undefined)
}

/** The keys that entries of these tuples have: terms, then values. */
const keysOf = (i: IndexInfo, tuples: readonly (readonly Value[])[]): string[] =>
  tuples.map((tuple) => {
    const values = tuple.slice(i.terms.length)
    const encoded = values.map((v, at) => encodeValue(v, i.values[at]?.descending ?? false))
    return termsPrefix(i, tuple.slice(0, i.terms.length)) + encoded.join('') + i64(ID)
  })

describe('entries of a document', () => {
  it.each<[string, string, IndexInfo, (readonly Value[])[]]>([
    ['one term', '{ a: 1 }', index([part(['a'])]), [[1]]],
    ['no terms and no values', '{}', index([]), [[]]],
    ['a missing term', '{}', index([part(['a'])]), []],
    ['a null term', '{ a: null }', index([part(['a'])]), []],
    ['one of two terms', '{ b: 1 }', index([part(['a']), part(['b'])]), [[NULL, 1]]],
    ['neither of two terms', '{ c: 1 }', index([part(['a']), part(['b'])]), []],
    ['a missing value', '{ a: 1 }', index([part(['a'])], [part(['b'])]), [[1, NULL]]],
    ['values alone, missing', '{}', index([], [part(['b'])]), [[NULL]]],
    ['a path inside', '{ a: { b: [5, 6] } }', index([part(['a', 'b', 1])]), [[6]]],
    ['a path that ends early', '{ a: 1 }', index([part(['a', 'b'])], [part(['a'])]), []],
    ['an array as a whole', '{ a: [1, 2] }', index([part(['a'])]), [[[1, 2]]]],
    ['each element', '{ a: [1, 2] }', index([part(['a'], mva)]), [[1], [2]]],
    ['equal elements once', '{ a: [1, "1", 1] }', index([part(['a'], mva)]), [[1], ['1']]],
    ['the same number in another form', '{ a: [1, 1.0] }', index([part(['a'], mva)]), [[1], [new Double(1)]]],
    ['the same number, as a value', '{ a: [1, 1.0] }', index([], [part(['a'], mva)]), [[1]]],
    ['elements at any depth', '{ a: [1, [2, [3]]] }', index([part(['a'], mva)]), [[1], [2], [3]]],
    ['objects among elements', '{ a: [1, { b: 2 }] }', index([part(['a'], mva)]), [[1]]],
    ['null among elements', '{ a: [1, null] }', index([part(['a'], mva)]), [[1]]],
    ['no elements', '{ a: [] }', index([part(['a'], mva)]), []],
    ['no elements, as a value', '{ a: [] }', index([], [part(['a'], mva)]), [[NULL]]],
    ['mva of an object', '{ a: { b: 2 } }', index([], [part(['a'], mva)]), [[NULL]]],
    ['an element that cannot be indexed', '{ a: [1, x => x] }', index([], [part(['a'], mva)]), [[NULL]]],
    ['mva of what is no array', '{ a: 1 }', index([part(['a'], mva)]), [[1]]],
    [
      'the cartesian product',
      '{ a: [1, 2], b: 3, c: [4, 5] }',
      index([part(['a'], mva), part(['b'])], [part(['c'], mva)]),
      [
        [1, 3, 4],
        [1, 3, 5],
        [2, 3, 4],
        [2, 3, 5],
      ],
    ],
    ['what cannot be indexed', '{ a: x => x, b: 1 }', index([part(['b'])], [part(['a'])]), [[1, NULL]]],
    [
      'descending values',
      '{ a: 1, b: 2 }',
      index([part(['a'])], [part(['b'], { descending: true })]),
      [[1, 2]],
    ],
  ])('%s', async (_name, document, i, tuples) => {
    expect(entriesOf(i, await readerOf(document), ID)).toEqual(keysOf(i, tuples))
  })
})

describe('the time of the transaction', () => {
  const at = index([part(['a'])], [part(['ts'])])
  const fields = new Map<string, Value>([
    ['a', 1],
    ['ts', TRANSACTION_TIME],
  ])
  const read: FieldReader = (name) => fields.get(name)
  const time = TimeValue.ofMicros(5)

  it('is pending only where entries hold it', () => {
    expect(isPending(at, read)).toBe(true)
    expect(isPending(index([part(['a'])]), read)).toBe(false)
    const inside: FieldReader = () => [new ObjectValue(fields)]
    expect(isPending(index([part(['a'])]), inside)).toBe(true)
  })

  it('is put in its place once it is known', () => {
    expect(entriesOf(at, withTime(read, time), ID)).toEqual(keysOf(at, [[1, time]]))
    const [pending] = entriesOf(at, read, ID)
    const [far] = keysOf(at, [[1, new TimeValue(10n ** 27n)]])
    expect((pending as string) > (far as string)).toBe(true)
  })
})
