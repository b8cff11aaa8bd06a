import fc from 'fast-check'
import { expect, test } from 'vitest'
import { END_OF_KEYS, prefixEnd, prefixRange, rest, successor } from './range.ts'

const key = fc
  .string({ maxLength: 4, unit: fc.constantFrom('\0', 'a', '\xfe', '\xff') })
  .filter((k) => k < END_OF_KEYS)

test('a prefix range holds the keys that start so', () => {
  fc.assert(
    fc.property(key, key, (prefix, k) => {
      const { start, end } = prefixRange(prefix)
      expect(k >= start && k < end).toBe(k.startsWith(prefix))
    }),
  )
})

test('no key lies between a key and its successor', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(b > a && b < successor(a)).toBe(false)
    }),
  )
})

test.each([
  ['a', 'b'],
  ['a\xff', 'b'],
  ['', END_OF_KEYS],
  ['\xff', END_OF_KEYS],
])('prefixEnd(%j)', (prefix, end) => expect(prefixEnd(prefix)).toBe(end))

test('rest goes on after the last key', () => {
  expect(rest({ start: 'a', end: 'z' }, 'k', false)).toEqual({ start: 'k\0', end: 'z' })
  expect(rest({ start: 'a', end: 'z' }, 'k', true)).toEqual({ start: 'a', end: 'k' })
})
