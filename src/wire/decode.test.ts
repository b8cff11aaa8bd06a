import { describe, expect, test } from 'vitest'
import { COLLECTION, POT } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import {
  BytesValue,
  DateValue,
  Double,
  NULL,
  type ObjectValue,
  objectOf,
  TimeValue,
  type Value,
} from '#src/fql/values/value.ts'
import { JsonDouble, JsonObject, type JsonValue } from '#src/lib/json.ts'
import { decodeSimple, decodeTagged, InvalidValue } from './decode.ts'

const object = (fields: Readonly<Record<string, JsonValue>>) =>
  new JsonObject(Object.keys(fields), Object.values(fields))
const tag = (name: string, content: JsonValue) => object({ [name]: content })
const resolve = (name: string): Value | undefined =>
  name === 'Pot' ? POT : name === 'Collection' ? COLLECTION : undefined
const tagged = (json: JsonValue) =>
  decodeTagged(json, resolve, ({ key }, reason) => {
    if (key !== 'Pot') throw new InvalidValue(reason)
  })

/** The message of the refusal. */
function refusal(json: JsonValue): string {
  try {
    tagged(json)
  } catch (error) {
    if (error instanceof InvalidValue) return error.message
    throw error
  }
  return 'accepted'
}

test('simple: tags mean nothing, numbers become what they were written as', () => {
  expect(
    decodeSimple([1, -0, 2147483648, 2n ** 60n, new JsonDouble(1), 'a', true, null, tag('@int', '1')]),
  ).toEqual([1, 0, 2147483648n, 2n ** 60n, new Double(1), 'a', true, NULL, objectOf({ '@int': '1' })])
})

test('simple: a repeated key takes its last value, special names are names', () => {
  const json = new JsonObject(['__proto__', 'a', '__proto__'], [1, 2, 3])
  expect([...(decodeSimple(json) as ObjectValue).fields]).toEqual([
    ['__proto__', 3],
    ['a', 2],
  ])
})

describe('tagged', () => {
  test.each<[JsonValue, Value]>([
    [tag('@int', '-5'), -5],
    [tag('@int', '+5'), 5],
    [tag('@long', '5'), 5n],
    [tag('@double', '1.5e3'), new Double(1500)],
    [tag('@double', ' 0x1p3\n'), new Double(8)],
    [tag('@double', '-Infinity'), new Double(Number.NEGATIVE_INFINITY)],
    [tag('@time', '1970-01-01T00:00:01Z'), new TimeValue(1_000_000_000n)],
    [tag('@date', '1970-01-02'), new DateValue(1)],
    [tag('@bytes', 'AQID'), new BytesValue(new Uint8Array([1, 2, 3]))],
    [tag('@bytes', 'AQI'), new BytesValue(new Uint8Array([1, 2]))],
    [tag('@object', object({ '@int': 'x', a: tag('@int', '1') })), objectOf({ '@int': 'x', a: 1 })],
    [tag('@mod', 'Pot'), POT],
    [tag('@ref', object({ id: '12', coll: tag('@mod', 'Pot'), more: 'x' })), new DocValue(POT, 12n)],
    [tag('@doc', object({ name: 'Pot', coll: tag('@mod', 'Collection') })), new DocValue(COLLECTION, 'Pot')],
    [tag('@doc', 'Pot:12'), new DocValue(POT, 12n)],
    [[object({ a: null })], [objectOf({ a: NULL })]],
  ])('%j', (json, value) => {
    expect(tagged(json)).toEqual(value)
  })

  const pot = tag('@mod', 'Pot')
  const schema = tag('@mod', 'Collection')
  test.each<[JsonValue, string]>([
    [1, 'numbers must be tagged'],
    [[new JsonDouble(1)], 'numbers must be tagged'],
    [object({ '@int': '1', a: 'x' }), 'too many keys in tagged value'],
    [tag('@int', 'x'), 'invalid integer'],
    [tag('@int', '2147483648'), 'invalid integer'],
    [tag('@int', '1e400'), 'invalid integer'],
    [tag('@long', '9223372036854775808'), 'invalid long'],
    [tag('@double', '0x8'), 'invalid double'],
    [tag('@time', '1970-01-01T00:00:00'), 'invalid time'],
    [tag('@date', '1970-02-31'), 'invalid date'],
    [tag('@bytes', 'a?'), 'invalid bytes'],
    [tag('@bytes', 'AQI=='), 'invalid bytes'],
    [tag('@int', true), '@int requires a string value'],
    [tag('@object', 'x'), '@object requires an object value'],
    [tag('@mod', 'Nope'), "no such module 'Nope'"],
    [tag('@set', 'x'), "invalid tag '@set'"],
    [tag('@ref', null), '@ref requires an object value'],
    [tag('@ref', object({})), "@ref field 'coll' is required"],
    [tag('@doc', object({ coll: 'Pot' })), "@doc field 'coll' requires a module value"],
    [tag('@doc', object({ coll: tag('@mod', 'Math') })), "@doc field 'coll' requires a module value"],
    [tag('@ref', object({ coll: pot })), "@ref field 'id' is required"],
    [tag('@ref', object({ coll: pot, id: true })), "@ref field 'id' requires a string value"],
    [tag('@ref', object({ coll: pot, id: 'x' })), "@ref field 'id' must be an integer"],
    [tag('@ref', object({ coll: schema })), "@ref field 'name' is required"],
    [tag('@ref', object({ coll: schema, name: null })), "@ref field 'name' requires a string value"],
    [tag('@ref', object({ coll: schema, name: 'No' })), "no such schema object 'No'"],
    [tag('@doc', 'x'), 'doc id must be in the format <coll>:<id>'],
    [tag('@doc', 'a:b:c'), 'doc id must be in the format <coll>:<id>'],
    [tag('@doc', 'No:1'), "no such collection 'No'"],
    [tag('@doc', 'Pot:x'), "invalid document id 'x'"],
    [tag('@doc', 'Collection:No'), "no such schema definition document 'No'"],
  ])('%j is refused', (json, message) => {
    expect(refusal(json)).toBe(message)
  })
})
