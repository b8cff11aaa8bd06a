import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLLECTION, evaluate, fakeContext, POT, show } from '#src/fql/testing/run.ts'
import { anyValue } from '../testing/any-value.ts'
import { DocValue } from './document.ts'
import { sameValue } from './equality.ts'
import { compareValues } from './order.ts'
import { valueKey } from './value-key.ts'

describe('==', () => {
  it.each([
    ['1', '1.0', true],
    ['2147483648', '2147483648.0', true],
    ['9007199254740993', '9007199254740992.0', true],
    ['0.0', '-0.0', false],
    ['0 / 0.0', '0 / 0.0', true],
    ['1', '"1"', false],
    ['ID("1")', '1', true],
    ['"1"', 'ID("1")', true],
    ['ID("1")', '"01"', true],
    ['ID("1")', '"one"', false],
    ['ID("1")', '1.5', false],
    ['null', 'null', true],
    ['null', 'false', false],
    ['{}.a', 'null', true],
    ['[1, [2.0]]', '[1.0, [2]]', true],
    ['[1]', '[1, null]', false],
    ['{ a: 1, b: 2 }', '{ b: 2, a: 1 }', true],
    ['{ a: null }', '{}', false],
    ['Math', 'Math', true],
    ['Math', 'Time', false],
    ['Math.abs', 'Math.abs', true],
    ['"a".at', '"b".at', false],
    ['x => x', 'x => x', false],
    ['[1].toSet()', '[1].toSet()', true],
    ['[1].toSet()', '[1]', false],
    ['[1, 2].toSet().reverse()', '[1, 2].toSet()', false],
    ['Date("2024-01-01")', 'Time("2024-01-01T00:00:00Z")', false],
    ['Time("2024-01-01T01:00:00+01:00")', 'Time("2024-01-01T00:00:00Z")', true],
    ['Pot(1)', 'Pot(1)', true],
  ])('%s and %s: %s', async (a, b, same) => {
    const globals = { Pot: POT }
    const query = a.startsWith('Pot') ? 'a == b' : `(${a}) == (${b})`
    const ctx = fakeContext({ globals })
    const d = new DocValue(POT, 1n)
    expect(await show(query, ctx, { a: d, b: new DocValue(POT, 1n) })).toBe(String(same))
    expect(await show(query.replace('==', '!='), ctx, { a: d, b: new DocValue(POT, 1n) })).toBe(String(!same))
  })

  it('one lambda is itself, with the same captured values', async () => {
    expect(await show('let f = x => y => x\n[f == f, f(1) == f(1.0), f(1) == f(2)]')).toBe(
      '[true, true, false]',
    )
  })

  it('documents: by collection and key, whatever the time they are read at', () => {
    const doc = new DocValue(POT, 1n)
    expect(sameValue(doc, new DocValue(POT, 1n, 5))).toBe(true)
    expect(sameValue(doc, new DocValue(POT, 2n))).toBe(false)
    expect(sameValue(doc, new DocValue(COLLECTION, 1n))).toBe(false)
  })

  it('a missing document equals null from either side, also one that is read later', async () => {
    const gone = new DocValue(POT, 1n)
    for (const later of [false, true])
      expect(await show('[gone == null, null == gone, gone != null]', fakeContext({ later }), { gone })).toBe(
        '[true, true, false]',
      )
  })

  it('inside containers missing documents are references', async () => {
    expect(await evaluate('[gone] == [null]', fakeContext(), { gone: new DocValue(POT, 1n) })).toBe(false)
  })
})

describe('properties', () => {
  it('is reflexive and symmetric', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(sameValue(a, a)).toBe(true)
        expect(sameValue(a, b)).toBe(sameValue(b, a))
      }),
    )
  })

  it('what compares as equal is the same', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        if (compareValues(a, b) === 0) expect(sameValue(a, b)).toBe(true)
      }),
    )
  })

  it('equal keys belong to equal values', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        expect(valueKey(a)).toBe(valueKey(a))
        if (valueKey(a) === valueKey(b)) expect(sameValue(a, b)).toBe(true)
      }),
    )
  })
})
