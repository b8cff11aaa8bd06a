/** Stored values come back as they were; index keys are in the order of values. */
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { DatabaseSchema } from '#src/data/database-schema.ts'
import { encodeValue, isIndexable } from '#src/data/index-key.ts'
import { SYSTEM_COLLECTIONS } from '#src/data/system/index.ts'
import { decodeVersion, encodeVersion } from '#src/data/value-codec.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { compareValues } from '#src/fql/values/order.ts'
import {
  BytesValue,
  DateValue,
  Double,
  NULL,
  ObjectValue,
  TimeValue,
  TRANSACTION_TIME,
  UuidValue,
  type Value,
} from '#src/fql/values/value.ts'

vi.setConfig({ testTimeout: 600_000 })
const numRuns = process.env['VIVARIUM_LONG'] ? 40_000 : 2000

const nobody = { collections: [], functions: [], roles: [], accessProviders: [] }
const schema = new DatabaseSchema(7n, 0, SYSTEM_COLLECTIONS, nobody, {
  stamp: 0,
  builds: new Map(),
  staged: undefined,
})
const tokens = schema.native('Token').module
const roles = schema.native('Role').module

const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units))
/** Where the collation is the order of code units. */
const plainText = fc.string({ unit: fc.constantFrom(...'abcxyz 019') })

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: -3, max: 3 }),
  long.map((n) => (BigInt.asIntN(32, n) === n ? Number(n) : n)),
  fc.double().map((n) => new Double(n)),
  fc.constantFrom(0, -0, 1, -1, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), Number.NaN).map((n) => new Double(n)),
)
const nanos = fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n })

const scalar = (text: fc.Arbitrary<string>): fc.Arbitrary<Value> =>
  fc.oneof(
    number,
    text,
    fc.boolean(),
    fc.constant(NULL),
    fc.uint8Array({ maxLength: 10 }).map((b) => new BytesValue(b)),
    nanos.map((n) => new TimeValue(n)),
    fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((d) => new DateValue(d)),
    fc.uuid().map((u) => new UuidValue(u)),
    fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map((id) => new DocValue(tokens, id)),
  )

const valueWith = (text: fc.Arbitrary<string>): fc.Arbitrary<Value> =>
  fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar(text),
      fc.array(tie('value'), { maxLength: 5 }),
      fc
        .array(fc.tuple(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '')), tie('value')), {
          maxLength: 5,
        })
        .map((fields) => new ObjectValue(new Map(fields))),
    ),
  })).value

const roundTrip = (fields: ReadonlyMap<string, Value>, ttl?: TimeValue) =>
  decodeVersion(encodeVersion({ ttl, fields, internal: fields }), NULL, schema.resolve)

test('what is stored comes back as it was', () => {
  const fields = fc.array(fc.tuple(anyText, valueWith(anyText)), { maxLength: 5 }).map((f) => new Map(f))
  fc.assert(
    fc.property(fields, fc.option(nanos), (all, ttl) => {
      const time = ttl === null ? undefined : new TimeValue(ttl)
      const back = roundTrip(all, time)
      expect([...back.fields.keys()]).toEqual([...all.keys()])
      expect(sameValue(new ObjectValue(back.fields), new ObjectValue(all))).toBe(true)
      expect(sameValue(new ObjectValue(back.internal), new ObjectValue(all))).toBe(true)
      expect(back.ttl).toEqual(time)
    }),
    { numRuns },
  )
})

test('named references, and the time of the transaction', () => {
  const fields = new Map<string, Value>([
    ['role', new DocValue(roles, 'admin')],
    ['at', TRANSACTION_TIME],
  ])
  const ts = new TimeValue(5n)
  const back = decodeVersion(
    encodeVersion({ ttl: undefined, fields, internal: new Map() }),
    ts,
    schema.resolve,
  )
  expect(back.fields.get('role')).toEqual(new DocValue(roles, 'admin'))
  expect(back.fields.get('at')).toBe(ts)
})

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

test('index keys are in the order of values', () => {
  fc.assert(
    fc.property(valueWith(plainText), valueWith(plainText), (a, b) => {
      const expected = Math.sign(compareValues(a, b)) || 0
      const [ka, kb] = [encodeValue(a, false), encodeValue(b, false)]
      expect(order(ka, kb)).toBe(expected)
      expect(order(encodeValue(b, true), encodeValue(a, true))).toBe(expected)
      if (expected !== 0) expect(ka.startsWith(kb) || kb.startsWith(ka)).toBe(false)
    }),
    { numRuns: numRuns * 4 },
  )
})

test('different values have different index keys, whatever the text', () => {
  fc.assert(
    fc.property(valueWith(anyText), valueWith(anyText), (a, b) => {
      expect(isIndexable(a)).toBe(true)
      expect(encodeValue(a, false) === encodeValue(b, false)).toBe(compareValues(a, b) === 0)
    }),
    { numRuns },
  )
})
