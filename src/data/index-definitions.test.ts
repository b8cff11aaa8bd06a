import { describe, expect, it } from 'vitest'
import { evaluate } from '#src/fql/testing/run.ts'
import { ObjectValue } from '#src/fql/values/value.ts'
import { backingsOf, backingValue, IndexDefinitions, indexesOf } from './index-definitions.ts'

const fieldsOf = async (text: string) => {
  const v = await evaluate(text)
  if (!(v instanceof ObjectValue)) throw new Error(`${text} is no object`)
  return v.fields
}

const index = (terms: string, rest = '') => `{ indexes: { i: { terms: [${terms}] } }${rest} }`
const keysOf = async (text: string) => [...new IndexDefinitions(await fieldsOf(text)).all().keys()]

describe('physical indexes', () => {
  it.each<[string, string, string, boolean]>([
    ['spelled otherwise', index('{ field: "a" }'), index('{ field: ".a", mva: false }'), true],
    ['the order of a term', index('{ field: "a" }'), index('{ field: "a", order: "desc" }'), true],
    ['mva', index('{ field: "a" }'), index('{ field: "a", mva: true }'), false],
    ['more terms', index('{ field: "a" }'), index('{ field: "a" }, { field: "b" }'), false],
    [
      'the order of a value',
      '{ indexes: { i: { values: [{ field: "a" }] } } }',
      '{ indexes: { i: { values: [{ field: "a", order: "desc" }] } } }',
      false,
    ],
    ['a unique constraint', index('{ field: "a" }'), '{ constraints: [{ unique: [".a"] }] }', true],
    [
      'the spelling of a computed field',
      index('{ field: "a" }', ', computed_fields: { a: { body: "d => d.x" } }'),
      index('{ field: "a" }', ', computed_fields: { a: { body: "(d)=>d . x" } }'),
      true,
    ],
    [
      'another body of a computed field',
      index('{ field: "a" }', ', computed_fields: { a: { body: "d => d.x" } }'),
      index('{ field: "a" }', ', computed_fields: { a: { body: "d => d.y" } }'),
      false,
    ],
    [
      'another computed field',
      index('{ field: "a" }', ', computed_fields: { b: { body: "d => d.x" } }'),
      index('{ field: "a" }'),
      true,
    ],
  ])('%s', async (_name, a, b, same) => {
    expect((await keysOf(a)).join() === (await keysOf(b)).join()).toBe(same)
  })

  it('one serves all that want the same', async () => {
    const fields = await fieldsOf(`{
      indexes: { i: { terms: [{ field: "a" }] }, j: { terms: [{ field: ".a" }] } },
      constraints: [{ unique: ["a"] }, { check: { name: "c", body: "d => true" } }]
    }`)
    const [key] = new IndexDefinitions(fields).all().keys()
    const internal = new Map([['backing', [backingValue({ key: key as string, id: 3, origin: undefined })]]])
    expect(backingsOf(internal)).toEqual([{ key, id: 3, origin: undefined }])
    const { indexes, namedIndexes, uniques } = indexesOf(1n, 1024, fields, internal, new Map())
    expect(indexes.map((i) => i.id)).toEqual([3])
    expect(namedIndexes.map((n) => [n.name, n.index === indexes[0], n.queryable])).toEqual([
      ['i', true, true],
      ['j', true, true],
    ])
    expect(uniques).toEqual([{ index: indexes[0], paths: [['a']] }])
  })

  it.each([
    ['', 'building' as const, false],
    ['', undefined, true],
    [', queryable: true', 'building' as const, true],
    [', queryable: false', undefined, false],
  ])('is queryable%s while %s: %s', async (given, build, queryable) => {
    const fields = await fieldsOf(`{ indexes: { i: { terms: [{ field: "a" }]${given} } } }`)
    const [key] = new IndexDefinitions(fields).all().keys()
    const internal = new Map([['backing', [backingValue({ key: key as string, id: 3, origin: undefined })]]])
    const builds = new Map(build ? [['1024:3', { state: build, since: 1 }]] : [])
    expect(indexesOf(1n, 1024, fields, internal, builds).namedIndexes[0]?.queryable).toBe(queryable)
  })
})
