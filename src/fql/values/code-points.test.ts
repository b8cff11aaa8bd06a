import fc from 'fast-check'
import { expect, it } from 'vitest'
import { codePointAt, codePointIndex, codePointLength, unitIndex } from './code-points.ts'

it('counts code points', () => {
  expect(['', 'abc', 'x😍y', '\ud83d', '\ude0d\ud83d'].map(codePointLength)).toEqual([0, 3, 3, 1, 2])
})

it('takes code points apart', () => {
  expect([codePointAt('x😍y', 1), codePointAt('\ud83dx', 0), codePointAt('ab', 1)]).toEqual([
    '😍',
    '\ud83d',
    'b',
  ])
})

it('agrees with the iterator of strings', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (s, i) => {
      const points = [...s]
      expect(codePointLength(s)).toBe(points.length)
      const unit = unitIndex(s, i)
      expect(unit).toBe(i > points.length ? undefined : points.slice(0, i).join('').length)
      if (unit !== undefined) expect(codePointIndex(s, unit)).toBe(i)
    }),
  )
})

it('whatever was looked up before', () => {
  const text = 'x😍é'.repeat(5)
  const points = [...text]
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(18))), (lookups) => {
      for (const [other, i] of lookups) {
        const s = other ? `${text}😍` : text
        expect(unitIndex(s, i)).toBe(i > [...s].length ? undefined : [...s].slice(0, i).join('').length)
      }
      expect(unitIndex(text, points.length)).toBe(text.length)
    }),
  )
})
