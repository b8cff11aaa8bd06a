/** Values of all kinds that can be stored, for property tests. */
import fc from 'fast-check'
import { DocValue } from '#src/fql/values/document.ts'
import {
  BytesValue,
  DateValue,
  Double,
  NULL,
  ObjectValue,
  TimeValue,
  UuidValue,
  type Value,
} from '#src/fql/values/value.ts'
import { POT } from './run.ts'

/** Integers are as arithmetic leaves them: Long only where Int does not do. */
const integer = fc
  .oneof(fc.integer().map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
  .map((n): Value => (BigInt.asIntN(32, n) === n ? Number(n) : n))

const scalar: fc.Arbitrary<Value> = fc.oneof(
  integer,
  fc.double().map((n) => new Double(n)),
  fc.string({ unit: 'binary' }),
  // Lone surrogates too.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
    .map((units) => String.fromCharCode(...units)),
  fc.boolean(),
  fc.constant(NULL),
  fc.uint8Array({ maxLength: 40 }).map((b) => new BytesValue(b)),
  fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }).map((n) => new TimeValue(n)),
  fc.integer({ min: -365_249_999_634, max: 365_249_999_634 }).map((n) => new DateValue(n)),
  fc.uuid().map((t) => new UuidValue(t)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => new DocValue(POT, n)),
)

const name = fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', ''), fc.string({ maxLength: 5 }))

export const { value: anyValue, fields: anyFields } = fc.letrec<{
  value: Value
  fields: ReadonlyMap<string, Value>
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('fields').map((fields) => new ObjectValue(fields)),
  ),
  fields: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
}))
