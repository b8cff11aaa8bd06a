import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collationKey } from './collation.ts'

const sorted = (texts: string[]) => [...texts].sort((a, b) => (collationKey(a) < collationKey(b) ? -1 : 1))

test.each([
  { texts: ['a', 'A', 'b', 'B'] },
  { texts: ['', ' ', '_', '-', '0', '1', 'a', 'ab', 'aB', 'Ab', 'b'] },
  { texts: ['resume', 'resumé', 'résumé', 'resumes'] },
  { texts: ['cote', 'coté', 'cotes'] },
  { texts: ['a', 'á', 'b', 'z', 'ж', '中'] },
])('$texts is in order', ({ texts }) => {
  expect(sorted([...texts].reverse())).toEqual(texts)
})

test('ASCII letters and digits agree with ICU', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abcABCxyzXYZ0123 '), maxLength: 6 })
  const icu = new Intl.Collator('en')
  fc.assert(
    fc.property(text, text, (a, b) => {
      const ours = collationKey(a) < collationKey(b) ? -1 : collationKey(a) > collationKey(b) ? 1 : 0
      const theirs = icu.compare(a, b)
      if (theirs !== 0) expect(ours).toBe(Math.sign(theirs))
    }),
  )
})

test('different strings have different keys', () => {
  const text = fc.string({ unit: 'binary', maxLength: 5 })
  fc.assert(fc.property(text, text, (a, b) => a === b || collationKey(a) !== collationKey(b)))
})
