import { expect, it } from 'vitest'
import { evaluate, fakeContext, POT } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { NativeDefinition } from './native-collection.ts'
import { checkNativeFields, flag, long, object, reference, text } from './native-fields.ts'
import { providedType } from './provided-type.ts'

const native = {
  fields: [
    text('name', { required: true }),
    flag('on'),
    long('priority'),
    reference('document'),
    text('secret', { readonly: true }),
    object('data'),
  ],
} as unknown as NativeDefinition

const evaluated = (query: string): Promise<Value> =>
  Promise.resolve(evaluate(query, fakeContext(), { doc: new DocValue(POT, 1n) }))

it.each<[string, readonly string[]]>([
  ['{ name: "a" }', []],
  ['{ name: "a", on: true, priority: 1, document: doc, data: {} }', []],
  ['{ name: "a", priority: 2147483648 }', []],
  ['{ name: "a", priority: 1.0 }', ['priority: Expected Long | Null, provided Double']],
  ['{ name: "a", on: null }', []],
  ['{}', ['name: Missing required field of type String']],
  ['{ name: null }', ['name: Missing required field of type String']],
  ['{ name: 1 }', ['name: Expected String, provided Int']],
  ['{ name: "a", on: "yes" }', ['on: Expected Boolean | Null, provided String']],
  ['{ name: "a", document: { id: 1 } }', ['document: Expected { *: Any } | Null, provided { id: Int }']],
  ['{ name: "a", data: [1, "x"] }', ['data: Expected { *: Any } | Null, provided [Int, String]']],
  ['{ name: "a", colour: 1 }', ['colour: Unexpected field provided']],
  ['{ name: "a", secret: "s" }', ['secret: Failed to update field because it is readonly']],
  ['{ name: "a", secret: null }', []],
  [
    '{ on: 1, x: 2 }',
    [
      'x: Unexpected field provided',
      'name: Missing required field of type String',
      'on: Expected Boolean | Null, provided Int',
    ],
  ],
])('%s', async (query, failures) => {
  const v = await evaluated(query)
  const fields = v instanceof ObjectValue ? v.fields : new Map<string, Value>()
  expect(checkNativeFields(native, fields, fields).map((f) => `${f.path.join('.')}: ${f.message}`)).toEqual(
    failures,
  )
})

it.each([
  ['1', 'Int'],
  ['1.5', 'Double'],
  ['[]', '[]'],
  ['{}', '{}'],
  ['{ a: [1, { b: null }] }', '{ a: [Int, { b: Null }] }'],
  ['doc', 'Pot'],
  ['x => x', 'Lambda'],
])('%s is told as %s', async (query, type) => {
  expect(providedType(await evaluated(query))).toBe(type)
})
