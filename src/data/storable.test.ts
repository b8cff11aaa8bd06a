import { describe, expect, it } from 'vitest'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { COLLECTION, evaluate, POT, show } from '#src/fql/testing/run.ts'
import { DefinitionValue, DocValue } from '#src/fql/values/document.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { Collection, type CollectionParts } from './collection.ts'
import { patch, pathText, storable, storableFields } from './storable.ts'
import { unstorable } from './unstorable.ts'

const fieldsOf = async (text: string): Promise<ReadonlyMap<string, Value>> => {
  const v = await evaluate(text)
  if (!(v instanceof ObjectValue)) throw new Error(`${text} is no object`)
  return v.fields
}
const shown = (fields: ReadonlyMap<string, Value>) => show('v', undefined, { v: new ObjectValue(fields) })

/** A collection of the data layer, empty but for what is asked of it here. */
const collection = (named: boolean) =>
  new Collection({
    id: 1024,
    name: 'Boat',
    named,
    user: !named,
    database: 0n,
    moduleType: () => POT.type,
    documentType: POT.type,
    indexes: [],
    namedIndexes: [],
    uniques: [],
    computed: [],
    checks: [],
    declared: [],
  } as unknown as CollectionParts).module

describe('what create stores', () => {
  it.each([
    ['{ a: 1, b: null }', '{ a: 1 }'],
    ['{ a: { b: null, c: { d: null } } }', '{ a: { c: {} } }'],
    ['{ a: [1, null, [null]] }', '{ a: [1, null, [null]] }'],
    ['{ a: [{ b: null }] }', '{ a: [{}] }'],
  ])('%s', async (given, expected) => {
    expect(await shown(storableFields(await fieldsOf(given), 'keep'))).toBe(expected)
  })
})

describe('what a patch makes', () => {
  it.each([
    ['{ a: 1 }', '{ b: 2 }', '{ a: 1, b: 2 }'],
    ['{ a: 1, b: 2 }', '{ a: null }', '{ b: 2 }'],
    ['{ a: 1 }', '{ a: { b: 2 } }', '{ a: { b: 2 } }'],
    ['{ a: { b: 1, c: 2 } }', '{ a: { b: null, d: 3 } }', '{ a: { c: 2, d: 3 } }'],
    ['{ a: { b: 1 } }', '{ a: {} }', '{ a: { b: 1 } }'],
    ['{}', '{ a: { b: null } }', '{ a: {} }'],
    ['{ a: [1, 2] }', '{ a: [3, null] }', '{ a: [3] }'],
    ['{ a: [{ b: 1 }] }', '{ a: [{ c: null }] }', '{ a: [{}] }'],
    ['{ a: 1, b: 2 }', '{ a: 3 }', '{ a: 3, b: 2 }'],
  ])('%s and %s', async (before, given, expected) => {
    expect(await shown(patch(await fieldsOf(before), await fieldsOf(given)))).toBe(expected)
  })

  it('leaves what was stored as it was', async () => {
    const before = await fieldsOf('{ a: { b: 1 } }')
    patch(before, await fieldsOf('{ a: { b: 2 }, c: 3 }'))
    expect(await shown(before)).toBe('{ a: { b: 1 } }')
  })
})

describe('what cannot be stored', () => {
  const refused = (type: string, path = 'a') =>
    `Value at \`${path}\` has type ${type}, which cannot be persisted.`

  it.each([
    ['{ a: ID("1") }', refused('ID')],
    ['{ a: [1].toSet() }', refused('Set<Any>')],
    ['{ a: Math }', refused('Math')],
    ['{ a: Math.abs }', refused('Function')],
    ['{ a: [{ b: ID("1") }] }', refused('ID', 'a[0].b')],
    ['{ a: x => x }', 'Anonymous functions cannot be stored. Use a string of FQL instead.'],
  ])('%s', async (given, message) => {
    const fields = await fieldsOf(given)
    const failure = (f: () => unknown): string => {
      try {
        f()
        return 'no failure'
      } catch (error) {
        if (error instanceof QueryFailure) return error.message
        throw error
      }
    }
    expect(failure(() => storableFields(fields, 'keep'))).toBe(message)
    expect(failure(() => patch(new Map(), fields))).toBe(message)
  })

  it.each<[string, DocValue, boolean]>([
    ['a document of a user', new DocValue(collection(false), 1n), true],
    ['a document found by name', new DocValue(collection(true), 'a'), false],
    ['its definition', new DefinitionValue(COLLECTION, 'a'), true],
    ['a document of no collection', new DocValue(new ModuleValue('Deleted', POT.type), 1n), false],
  ])('%s', (_name, doc, fine) => {
    expect(unstorable(doc) === undefined).toBe(fine)
    if (fine) expect(storable(doc, 'keep', undefined)).toBe(doc)
  })

  it.each([
    ['[1, { a: null }]', undefined],
    ['[1, { a: [ID("1")] }]', 'Value has type ID, which cannot be persisted'],
    ['{ a: x => x }', 'Value has type Lambda, which cannot be persisted'],
  ])('as what an expression of the schema gives: %s', async (text, problem) => {
    expect(unstorable(await evaluate(text))).toBe(problem)
  })
})

it.each<[(string | number)[], string]>([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 0, 'c', 1, 2], 'a.b[0].c[1][2]'],
  [[0, 'a'], '[0].a'],
])('the path %j', (path, text) => {
  expect(pathText(path)).toBe(text)
})

it('null alone is kept where elements are', () => {
  expect(storable([NULL], 'keep', undefined)).toEqual([NULL])
  expect(storable([NULL], 'drop', undefined)).toEqual([])
})
