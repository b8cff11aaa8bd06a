import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DocValue } from '#src/fql/values/document.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { Double, NULL, ObjectValue, objectOf, TimeValue, type Value } from '#src/fql/values/value.ts'
import { parseFsl } from '../fsl/parse.ts'
import type { CollectionItem } from '../model/items.ts'
import { documentShape } from './document-shape.ts'
import { computedFieldFailures, reservedNameFailures } from './reserved.ts'

const collectionOf = (members: string): CollectionItem => {
  const parsed = parseFsl({ name: 'main.fsl', text: `collection C { ${members} }` })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.items[0] as CollectionItem
}

const IDS: ReadonlyMap<string, number> = new Map([
  ['Bar', 1],
  ['Baz', 2],
])
const shapeOf = (members: string) => documentShape(collectionOf(members), (name) => IDS.get(name))

const doc = (id: number): Value => {
  const handle = { id, name: 'x', named: false, user: true } as never
  return new DocValue(new ModuleValue('x', {} as never, handle), 1n)
}

const failures = (members: string, values: Record<string, Value>): string[] =>
  shapeOf(members)
    .failures(new Map(Object.entries(values)))
    .map((f) => `${f.paths.map((p) => p.join('.')).join()}: ${f.message}`)

describe('values that fit', () => {
  it.each<[string, Value]>([
    ['a: Int', 3],
    ['a: Int', 3n],
    ['a: Long', 3],
    ['a: Long', 2n ** 40n],
    ['a: Double', new Double(1)],
    ['a: Float', new Double(1)],
    ['a: Number', 2n ** 40n],
    ['a: Number', new Double(0.5)],
    ['a: String?', NULL],
    ['a: Time', new TimeValue(0n)],
    ['a: "x" | "y"', 'y'],
    ['a: 42', 42],
    ['a: true', true],
    ['a: Array<Int | String>', [1, 'a']],
    ['a: [Int, String]', [1, 'a']],
    ['a: { b: Int, c: String? }', objectOf({ b: 1 })],
    ['a: { b: Int, *: String }', objectOf({ b: 1, z: 'z' })],
    ['a: Ref<Bar>', doc(1)],
    ['a: Bar | NullBar', doc(1)],
    ['a: Any', [NULL]],
    ['', 'anything'],
    ['*: Any', 'anything'],
    ['compute c = (_ => 1)', 'anything'],
    ['b: Int?; *: Any', 'anything'],
  ])('%s', (members, a) => {
    expect(failures(members, { a })).toEqual([])
  })
})

describe('failures', () => {
  it.each<[string, Record<string, Value>, string[]]>([
    ['a: Int', { a: 'x' }, ['a: Expected Int, provided String']],
    ['a: Int', {}, ['a: Missing required field of type Int']],
    ['a: Int', { a: NULL }, ['a: Missing required field of type Int']],
    ['a: Int', { a: 2n ** 31n }, ['a: Expected Int, provided Long']],
    ['a: Double', { a: 1 }, ['a: Expected Double, provided Int']],
    ['a: Int', { a: 1, b: 2 }, ['b: Unexpected field provided']],
    ['a: Int', { b: 2 }, ['b: Unexpected field provided', 'a: Missing required field of type Int']],
    ['a: String?', { a: 1 }, ['a: Expected String | Null, provided Int']],
    ['a: Int', { a: objectOf({ x: 1 }) }, ['a: Expected Int, provided { x: Int }']],
    ['a: Int', { a: [1, 'a'] }, ['a: Expected Int, provided [Int, String]']],
    [
      'a: Array<Int>',
      { a: [1, 'a', true] },
      ['a.1: Expected Int, provided String', 'a.2: Expected Int, provided Boolean'],
    ],
    ['a: [Int, Int]', { a: [1] }, ['a: Invalid tuple arity']],
    [
      'a: { b: Int }',
      { a: objectOf({ b: 'x', c: 1 }) },
      ['a.b: Expected Int, provided String', 'a.c: Unexpected field provided'],
    ],
    ['a: "a" | "b"', { a: 'c' }, ['a: Expected "a" | "b", provided "c"']],
    ['a: "a" | Int', { a: true }, ['a: Expected "a" | Int, provided Boolean']],
    ['a: true', { a: false }, ['a: Expected true, provided false']],
    ['a: 42', { a: 43 }, ['a: Expected 42, provided Int']],
    ['a: Ref<Bar>', { a: doc(2) }, ['a: Expected Bar | NullBar, provided Document']],
    ['a: Ref<Bar>', {}, ['a: Missing required field of type Bar | NullBar']],
    ['a: Ref<Bar>', { a: 1 }, ['a: Expected Bar | NullBar, provided Int']],
    ['a: { b: Int } | { c: Int }', { a: objectOf({}) }, ['a: Union requires fields [b] or [c]']],
    [
      'a: { b: Int } | { c: Int } | { b: Int, c: Int, d: Int }',
      { a: objectOf({}) },
      ['a: Union requires fields [b], [c], or [b, c, d]'],
    ],
    ['a: { b: Int } | String', { a: objectOf({ b: 'x' }) }, ['a.b: Expected Int, provided String']],
    ['a: { b: Int }?', { a: objectOf({}) }, ['a.b: Missing required field of type Int']],
    ['a: String & Int', { a: 'x' }, ['a: Expected Null, provided String']],
    ['a: Int', { a: 1, ttl: 0 }, ['data.ttl: Unexpected field provided']],
  ])('%s of %o', (members, values, expected) => {
    expect(failures(members, values)).toEqual(expected)
  })

  it('are none exactly when the quick test passes', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.string({ maxLength: 1 }),
      fc.constant(NULL),
      fc.boolean(),
    ) as fc.Arbitrary<Value>
    const nested = fc.oneof(
      value,
      fc.array(value, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('b', 'c'), value).map((o) => objectOf(o)),
    ) as fc.Arbitrary<Value>
    const types = fc.constantFrom(
      'Int',
      'String?',
      'Array<Int>',
      '[Int, String]',
      '{ b: Int, c: String? }',
      '{ b: Int } | Int | "x"',
      'Any',
    )
    fc.assert(
      fc.property(types, nested, (type, a) => {
        const shape = shapeOf(`a: ${type}; z: Int`)
        const found = shape.failures(new Map([['a', a]]))
        const alone = shapeOf(`a: ${type}`).failures(new Map([['a', a]]))
        expect(found.filter((f) => f.paths[0]![0] === 'a')).toEqual(alone)
      }),
    )
  })
})

describe('defaults', () => {
  const filled = (members: string, values: Record<string, Value>) =>
    shapeOf(members).withDefaults(new Map(Object.entries(values)), (e) =>
      e.kind === 'int' ? Number(e.value) : 'other',
    )

  it.each<[string, Record<string, Value>, Record<string, Value>]>([
    ['a: Int = 3', {}, { a: 3 }],
    ['a: Int = 3', { a: 4 }, { a: 4 }],
    ['a: Int = 3', { a: NULL }, { a: NULL }],
    ['a: { x: Int = 1, y: Int = 2 }', {}, { a: objectOf({ x: 1, y: 2 }) }],
    ['a: { x: Int = 1, y: Int }', { a: objectOf({ y: 5 }) }, { a: objectOf({ y: 5, x: 1 }) }],
    ['a: { x: Int = 1 }', { a: NULL }, { a: NULL }],
    ['a: { x: Int }', {}, { a: objectOf({}) }],
    ['a: Int', {}, {}],
    ['a: String = "x"; b: Int', { b: 1 }, { b: 1, a: 'other' }],
  ])('%s of %o', (members, values, expected) => {
    expect(new ObjectValue(filled(members, values) as never)).toEqual(objectOf(expected))
  })

  it('wait for what must be waited for', async () => {
    const shape = shapeOf('a: Int = 1; b: { c: Int = 2 }')
    const result = shape.withDefaults(new Map(), (e) =>
      Promise.resolve(e.kind === 'int' ? Number(e.value) : 0),
    )
    expect(await result).toEqual(
      new Map<string, Value>([
        ['a', 1],
        ['b', objectOf({ c: 2 })],
      ]),
    )
  })
})

describe('reserved names', () => {
  const values = new Map<string, Value>([
    ['id', 1],
    ['update', 2],
    ['ttl', 3],
    ['x', 4],
  ])
  it.each([
    [true, ['update']],
    [false, ['id', 'update']],
  ])('when creating is %s', (isCreate, names) => {
    expect(reservedNameFailures(values, isCreate).map((f) => f.paths[0]![0])).toEqual(names)
  })
  it('of computed fields', () => {
    expect(computedFieldFailures(values, new Set(['x', 'y']))).toEqual([
      { paths: [['x']], message: 'Cannot write to a computed field' },
    ])
  })
})
