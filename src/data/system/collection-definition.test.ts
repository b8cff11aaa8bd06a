import { expect, it } from 'vitest'
import { evaluate, show } from '#src/fql/testing/run.ts'
import { ObjectValue } from '#src/fql/values/value.ts'
import { normalisedDefinition } from './collection-definition.ts'

it.each([
  ['{}', '{ indexes: {}, constraints: [] }'],
  ['{ name: "A", indexes: {} }', '{ name: "A", indexes: {}, constraints: [] }'],
  [
    '{ indexes: { i: { terms: [], values: [{ field: "a", mva: true }, { field: "b", order: "desc" }] } } }',
    '{ indexes: { i: { values: [{ field: "a", order: "asc", mva: true }, { field: "b", order: "desc" }] } }, constraints: [] }',
  ],
  [
    '{ constraints: [{ check: { name: "c", body: "d => true" } }, { unique: ["a"] }] }',
    '{ constraints: [{ unique: ["a"] }, { check: { name: "c", body: "d => true" } }], indexes: {} }',
  ],
  [
    '{ constraints: [{ unique: [{ field: "a" }] }, { unique: ["a", { field: "b", mva: false }] }] }',
    '{ constraints: [{ unique: ["a"] }, { unique: [{ field: "a" }, { field: "b", mva: false }] }], indexes: {} }',
  ],
])('%s', async (given, expected) => {
  const v = await evaluate(given)
  if (!(v instanceof ObjectValue)) throw new Error(given)
  expect(await show('v', undefined, { v: new ObjectValue(normalisedDefinition(v.fields)) })).toBe(expected)
})

it('is the canonical form: made twice it stays', async () => {
  const v = await evaluate(
    '{ indexes: { i: { values: [{ field: "a" }], terms: [] } }, constraints: [{ unique: [{ field: "a" }] }] }',
  )
  if (!(v instanceof ObjectValue)) throw new Error('no object')
  const once = normalisedDefinition(v.fields)
  expect(normalisedDefinition(once)).toEqual(once)
})
