import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyFields } from '#src/fql/testing/any-value.ts'
import { COLLECTION, POT } from '#src/fql/testing/run.ts'
import { DefinitionValue, DocValue } from '#src/fql/values/document.ts'
import { Double, NULL, ObjectValue, TimeValue, TRANSACTION_TIME, type Value } from '#src/fql/values/value.ts'
import { valueKey } from '#src/fql/values/value-key.ts'
import { decodeVersion, encodeVersion } from './value-codec.ts'

const COMMIT = TimeValue.ofMicros(1_700_000_000_000_000)
const resolve = (id: number) => (id === 7 ? POT : COLLECTION)
const NOTHING: ReadonlyMap<string, Value> = new Map()

const stored = (fields: ReadonlyMap<string, Value>, ttl?: TimeValue, internal = NOTHING) =>
  decodeVersion(encodeVersion({ ttl, fields, internal }), COMMIT, resolve)
const roundTrip = (v: Value): Value => stored(new Map([['v', v]])).fields.get('v') ?? NULL

/** With the order of the fields. */
const exactly = (fields: ReadonlyMap<string, Value>): string =>
  JSON.stringify([...fields].map(([k, v]) => [k, v instanceof ObjectValue ? exactly(v.fields) : valueKey(v)]))

describe('stored versions', () => {
  it('come back as they were: values, kinds, order of fields', () => {
    const ttl = fc.option(fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }), { nil: undefined })
    fc.assert(
      fc.property(anyFields, anyFields, ttl, (fields, internal, nanos) => {
        const back = stored(fields, nanos === undefined ? undefined : new TimeValue(nanos), internal)
        expect(exactly(back.fields)).toBe(exactly(fields))
        expect(exactly(back.internal)).toBe(exactly(internal))
        expect(back.ttl?.nanos).toBe(nanos)
      }),
    )
  })

  it.each<[string, Value]>([
    ['the greatest Int', 2147483647],
    ['the least Int', -2147483648],
    ['the greatest Long', 2n ** 63n - 1n],
    ['the least Long', -(2n ** 63n)],
    ['minus zero', new Double(-0)],
    ['not a number', new Double(Number.NaN)],
    ['a lone surrogate', '\ud800'],
    ['a NUL', 'a\0b'],
    ['a text longer than the buffer', 'ä'.repeat(10_000)],
    ['the time before 1970', new TimeValue(-1n)],
    ['a document by name', new DocValue(COLLECTION, 'Boat')],
  ])('%s', (_name, v) => {
    expect(valueKey(roundTrip(v))).toBe(valueKey(v))
  })

  it('the time of the transaction becomes that of its commit, at any depth', () => {
    expect(roundTrip(TRANSACTION_TIME)).toBe(COMMIT)
    expect(valueKey(roundTrip([new ObjectValue(new Map([['t', TRANSACTION_TIME]]))]))).toBe(
      valueKey([new ObjectValue(new Map([['t', COMMIT]]))]),
    )
  })

  it('references keep neither the time that they were read at nor what they carried', () => {
    const back = roundTrip(new DefinitionValue(COLLECTION, 'Boat', 5, { fields: NOTHING }))
    expect(back).toEqual(new DocValue(COLLECTION, 'Boat'))
  })

  it('a long number is read as the smallest kind that holds it', () => {
    expect(roundTrip(5n)).toBe(5)
  })

  it('what is read does not change with later writes', () => {
    const bytes = encodeVersion({ ttl: undefined, fields: new Map([['a', 'first']]), internal: NOTHING })
    encodeVersion({ ttl: undefined, fields: new Map([['a', 'second']]), internal: NOTHING })
    expect(decodeVersion(bytes, COMMIT, resolve).fields.get('a')).toBe('first')
  })
})
