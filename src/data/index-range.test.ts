import { describe, expect, it } from 'vitest'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { evaluate, fakeContext, POT } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { i64 } from '#src/storage/keys/fixed.ts'
import { type IndexPart, makeIndex } from './collection.ts'
import { entriesOf } from './index-entries.ts'
import { rangeOf } from './index-method.ts'
import { documentPrefix } from './keys.ts'

const part = (name: string, descending = false): IndexPart => ({ path: [name], mva: false, descending })
const variables = { doc: new DocValue(POT, 3n) }
const evaluated = (text: string): Promise<Value> => Promise.resolve(evaluate(text, fakeContext(), variables))

/** Which of the documents the range finds in an index by these values, in its order. */
async function found(
  values: readonly IndexPart[],
  range: string,
  documents: readonly string[],
): Promise<string[]> {
  const index = makeIndex(1n, 1024, 1, [], values)
  const { start, end } = rangeOf(index.prefix, index.values, await evaluated(range))
  const entries: [string, string][] = []
  for (const [i, text] of documents.entries()) {
    const v = await evaluated(text)
    const read = (name: string): Value | undefined =>
      name === 'id' ? BigInt(i) : v instanceof ObjectValue ? v.fields.get(name) : undefined
    for (const key of entriesOf(index, read, BigInt(i))) entries.push([key, text])
  }
  return entries
    .filter(([key]) => key >= start && key < end)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
}

const numbers = ['{ a: 1 }', '{ a: 2 }', '{ a: 2.5 }', '{ a: 3 }', '{ a: "x" }', '{ a: null }']

describe('one value', () => {
  it.each([
    ['{ from: 2 }', ['{ a: 2 }', '{ a: 2.5 }', '{ a: 3 }', '{ a: "x" }', '{ a: null }']],
    ['{ to: 2 }', ['{ a: 1 }', '{ a: 2 }']],
    ['{ from: 2, to: 2.5 }', ['{ a: 2 }', '{ a: 2.5 }']],
    ['{ from: 2.0, to: 2.0 }', ['{ a: 2 }']],
    ['{ from: 3, to: 1 }', []],
    ['{ from: [2] }', ['{ a: null }']],
  ])('%s', async (range, expected) => {
    expect(await found([part('a')], range, numbers)).toEqual(expected)
  })

  it('descending: from the greatest', async () => {
    expect(await found([part('a', true)], '{ from: 2.5, to: 1 }', numbers)).toEqual([
      '{ a: 2.5 }',
      '{ a: 2 }',
      '{ a: 1 }',
    ])
  })
})

const pairs = ['{ a: 1, b: 1 }', '{ a: 1, b: 2 }', '{ a: 2, b: 1 }', '{ a: 2, b: 2 }', '{ a: 3 }']

describe('several values', () => {
  it.each([
    ['{ from: 2 }', ['{ a: 2, b: 1 }', '{ a: 2, b: 2 }', '{ a: 3 }']],
    ['{ from: [2] }', ['{ a: 2, b: 1 }', '{ a: 2, b: 2 }', '{ a: 3 }']],
    ['{ from: [1, 2], to: [2, 1] }', ['{ a: 1, b: 2 }', '{ a: 2, b: 1 }']],
    ['{ to: [2] }', ['{ a: 1, b: 1 }', '{ a: 1, b: 2 }', '{ a: 2, b: 1 }', '{ a: 2, b: 2 }']],
    ['{ from: [] }', pairs],
    ['{ to: [] }', []],
  ])('%s', async (range, expected) => {
    expect(await found([part('a'), part('b')], range, pairs)).toEqual(expected)
  })

  it('the second one descending', async () => {
    const order = [part('a'), part('b', true)]
    expect(await found(order, '{ from: [1, 2], to: [2, 2] }', pairs)).toEqual([
      '{ a: 1, b: 2 }',
      '{ a: 1, b: 1 }',
      '{ a: 2, b: 2 }',
    ])
  })
})

describe('arrays as bounds', () => {
  const arrays = ['{ a: [1] }', '{ a: [1, 2] }', '{ a: [2] }']

  it.each<[string, IndexPart[], string, string[]]>([
    ['from itself on', [part('a')], '{ from: [1, 2] }', ['{ a: [1, 2] }', '{ a: [2] }']],
    ['up to those that begin like it', [part('a')], '{ to: [1] }', ['{ a: [1] }', '{ a: [1, 2] }']],
    ['descending, from itself on', [part('a', true)], '{ from: [1] }', ['{ a: [1] }']],
    ['descending, up to those after what begins like it', [part('a', true)], '{ to: [1] }', ['{ a: [2] }']],
    ['among several values, itself', [part('a'), part('b')], '{ to: [[1]] }', ['{ a: [1] }']],
  ])('%s', async (_name, values, range, expected) => {
    expect(await found(values, range, arrays)).toEqual(expected)
  })
})

describe('ids', () => {
  const prefix = documentPrefix(1n, 1024)

  it.each([['{ from: 3 }'], ['{ from: "3" }'], ['{ from: ID("3") }'], ['{ from: doc }']])(
    'of all documents: %s',
    async (range) => {
      expect(rangeOf(prefix, [], await evaluated(range)).start).toBe(prefix + i64(3n))
    },
  )

  it('as a value of an index: null is lowest, what is no id is beyond all', async () => {
    const documents = ['{}', '{ a: 1 }']
    expect(await found([part('id')], '{ from: null }', documents)).toEqual(documents)
    expect(await found([part('id')], '{ from: "1" }', documents)).toEqual(['{ a: 1 }'])
    expect(await found([part('id')], '{ from: "none" }', documents)).toEqual([])
    expect(await found([part('id')], '{ to: "none" }', documents)).toEqual(documents)
  })
})

describe('what is no range', () => {
  const shape = 'should be an object contining `{ from }`, `{ to }`, or `{ from, to }` fields'
  const indexable = (bound: string) =>
    `The \`${bound}\` field should be either an indexable value or an array of values`

  it.each([
    ['1', ['a'], shape],
    ['{}', ['a'], shape],
    ['{ form: 1 }', ['a'], shape],
    ['null', ['a'], shape],
    ['{ from: [1, 2, 3] }', ['a', 'b'], 'The field `from` can have at most 2 values'],
    ['{ from: x => x }', ['a'], indexable('from')],
    ['{ from: 1, to: [1].toSet() }', ['a'], indexable('to')],
    ['{ to: "x" }', [], 'The `to` field must be a document id.'],
    ['{ from: 1.5 }', [], 'The `from` field must be a document id.'],
    ['{ from: [3] }', [], 'The `from` field must be a document id.'],
  ])('%s', async (range, names, reason) => {
    const v = await evaluated(range)
    const attempt = () =>
      rangeOf(
        'i',
        names.map((n) => part(n)),
        v,
      )
    expect(attempt).toThrow(QueryFailure)
    try {
      attempt()
    } catch (error) {
      expect((error as QueryFailure).message).toBe(`invalid argument \`range\`: ${reason}`)
    }
  })
})
