import { expect, test } from 'vitest'
import { Double, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { encodedSize } from './sizes.ts'

test.each<[Value, number]>([
  [0, 1],
  [23, 1],
  [24, 2],
  [-24, 1],
  [-25, 2],
  [255, 2],
  [256, 3],
  [65_536, 5],
  [2n ** 40n, 9],
  [new Double(1), 9],
  [true, 1],
  [NULL, 1],
  ['', 1],
  ['é', 3],
  ['x'.repeat(24), 26],
  ['x'.repeat(256), 259],
  [[], 1],
  [[1, 'a'], 4],
  [new ObjectValue(new Map<string, Value>([['ab', 1]])), 5],
])('%o takes %i bytes', (value, size) => {
  expect(encodedSize(value)).toBe(size)
})
