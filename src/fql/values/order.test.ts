import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyValue } from '#src/fql/testing/any-value.ts'
import { COLLECTION, fakeContext, POT, show } from '#src/fql/testing/run.ts'
import { DocValue } from './document.ts'
import { compareValues } from './order.ts'
import { ObjectValue, objectOf, type Value } from './value.ts'

describe('kinds', () => {
  it('numbers, bytes, strings, arrays, objects, ids, documents, times, dates, …, functions, null', async () => {
    const inOrder = [
      '1',
      'Bytes("YQ==")',
      '"a"',
      '[]',
      '{}',
      'ID("1")',
      'doc',
      'Time("2024-01-01T00:00:00Z")',
      'TransactionTime()',
      'Date("2024-01-01")',
      'UUID("00000000-0000-0000-0000-000000000000")',
      'false',
      'Math',
      '[1].toSet()',
      'x => x',
      'Math.abs',
      'null',
    ]
    const variables = { doc: new DocValue(POT, 1n) }
    const list = async (items: readonly string[], rest = '') =>
      show(`[${items.join(', ')}]${rest}`, fakeContext(), variables)
    const expected = await list(inOrder)
    expect(await list(inOrder.toReversed(), '.order()')).toBe(
      expected.replace('[doc 1 in Pot]', '[doc 1 in Pot]'),
    )
  })

  it.each<[string, Value, Value]>([
    ['shorter arrays first', [1], [1, 0]],
    ['arrays by their first difference', [1, 9], [2]],
    ['objects by their smallest name, whatever the order', objectOf({ b: 1, a: 1 }), objectOf({ a: 2 })],
    ['then by the names', objectOf({ a: 1, b: 1 }), objectOf({ a: 1, c: 0 })],
    ['smaller objects first', objectOf({ a: 1 }), objectOf({ a: 1, b: 1 })],
    ['documents by collection', new DocValue(COLLECTION, 'z'), new DocValue(POT, 0n)],
    ['then by key', new DocValue(POT, -1n), new DocValue(POT, 2n)],
    ['strings by code unit', 'Z', 'a'],
    ['also beyond the first plane', '\u{1f600}', '\uffff'],
  ])('%s', (_name, less, greater) => {
    expect(compareValues(less, greater)).toBeLessThan(0)
    expect(compareValues(greater, less)).toBeGreaterThan(0)
  })
})

describe('properties', () => {
  const sign = (a: Value, b: Value) => Math.sign(compareValues(a, b))

  // But for Longs that are no Doubles next to Doubles of their size, which these values do not come upon.
  it('is a total order', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        expect(sign(a, a)).toBe(0)
        expect(sign(a, b) + sign(b, a)).toBe(0)
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })

  it('does not look at the order of fields', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), anyValue), { maxLength: 5 }), (entries) => {
        const fields = new Map(entries)
        const other = new Map([...fields].reverse())
        expect(sign(new ObjectValue(fields), new ObjectValue(other))).toBe(0)
      }),
    )
  })
})
