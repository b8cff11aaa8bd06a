import { describe, expect, it } from 'vitest'
import { fakeContext, POT, show } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'

const variables = { jar: new DocValue(POT, 1n), gone: new DocValue(POT, 9n) }

describe('Object', () => {
  it.each([
    ['Object.keys({ b: 1, a: 2 })', '["b", "a"]'],
    ['Object.values({ b: 1, a: 2 })', '[1, 2]'],
    ['Object.entries({ b: 1 })', '[["b", 1]]'],
    ['Object.keys(jar)', '["id", "coll", "size"]'],
    ['Object.values(jar)', '[ID("1"), Pot, 3]'],
    ['Object.assign({ a: 1, b: 2 }, { c: 3, a: 4 })', '{ a: 4, b: 2, c: 3 }'],
    ['Object.assign({}, jar).size', '3'],
    [
      'Object.keys(gone)',
      'invalid_argument: invalid argument `object`: collection `Pot` does not contain document with id 9.',
    ],
    [
      'Object.assign({}, gone)',
      'invalid_argument: invalid argument `source`: collection `Pot` does not contain document with id 9.',
    ],
    [
      'Object.values(Math)',
      'invalid_argument: invalid argument `object`: expected either an object or a document',
    ],
    ['Object.values(1)', 'invalid_argument: expected value for `object` of type { *: Any }, received Int'],
    ["Object.fromEntries([['a', 1], ['b', 2], ['a', 3]])", '{ a: 3, b: 2 }'],
    [
      "Object.fromEntries([['a', 1], 2])",
      'invalid_argument: invalid argument `entries`: expected an array for each element of the outer array, but saw type Int at index 1',
    ],
    [
      "Object.fromEntries([['a']])",
      'invalid_argument: invalid argument `entries`: expected inner array of length 2 but saw length 1 at index 0',
    ],
    [
      'Object.fromEntries([[1, 2]])',
      'invalid_argument: invalid argument `entries`: expected a string for the first element of each inner array, but saw type Int at index 0',
    ],
    ["[Object.select({ a: { b: 1 } }, ['a', 'b']), Object.select({ a: 1 }, [])]", '[1, { a: 1 }]'],
    [
      "Object.select({ a: [1] }, ['a', 'b'])!",
      'null_value: Null value, due to no value in object found at path',
    ],
    ["[Object.hasPath({ a: null }, ['a']), Object.hasPath({ a: 1 }, ['b', 'c'])]", '[true, false]'],
    ["Object.hasPath({ a: 1 }, ['b', 1])", 'false'],
    [
      "Object.hasPath({ a: 1 }, ['a', 1])",
      'invalid_argument: invalid argument `path`: expected an array of strings',
    ],
    [
      "Object.select(jar, ['size'])",
      'invalid_argument: expected value for `object` of type { *: Any }, received Doc',
    ],
    ["Object.toString([1.0, 'a'])", '"[1.0, \\"a\\"]"'],
    ["Object.fromEntries([['__proto__', 1]])", '{ "__proto__": 1 }'],
  ])('%s', async (query, expected) => {
    const context = fakeContext({ pots: { 1: { size: 3 } } })
    expect(await show(query, context, variables)).toBe(expected)
  })
})
