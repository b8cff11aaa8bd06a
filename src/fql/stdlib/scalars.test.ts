import { describe, expect, it } from 'vitest'
import { fakeContext, POT, show } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'

describe('scalar types', () => {
  it.each([
    ['true.toString()', '"true"'],
    ['[null.toString(), null isa Null, 0 isa Null]', '["null", true, false]'],
    ['null.foo()', 'invalid_null_access: Cannot access `foo` on null.'],
    ['[2.0.toString(), 1e21.toString(), (-0.0).toString()]', '["2", "1000000000000000000000", "-0"]'],
    ['[1e23.toString(), (-1.25e22).toString()]', '["100000000000000000000000", "-12500000000000000000000"]'],
    [
      '[1 isa Int, 1 isa Long, 1.0 isa Double, 1.0 isa Float, 1 isa Number, "1" isa Number]',
      '[true, false, true, true, true, false]',
    ],
    ['Number(1)', 'type_mismatch: expected type: Function, received Number'],
    ['[ID(12) == 12, ID("-5"), ID("+7").toString()]', '[true, ID("-5"), "7"]'],
    ['ID("foo")', 'invalid_id: `"foo"` is not a valid ID.'],
    ['ID(12.0)', 'invalid_id: `12.0` is not a valid ID.'],
    [
      'ID(true)',
      'invalid_argument: expected arguments to `apply` of type (String) | (Number), received (Boolean)',
    ],
    [
      "[Bytes('AQI'), Bytes.fromBase64('AQI=').toBase64(), Bytes('') isa Bytes]",
      '[Bytes("AQI="), "AQI=", true]',
    ],
    ["Bytes('A')", 'invalid_argument: invalid argument `encoded`: expected a base64 string'],
    ["Bytes('AQI==')", 'invalid_argument: invalid argument `encoded`: expected a base64 string'],
    [
      '[TransactionTime() == TransactionTime(), TransactionTime() isa Time, TransactionTime().toString()]',
      '[true, false, "[transaction time]"]',
    ],
    ['UUID("x")', 'type_mismatch: expected type: Function, received UUID'],
    [
      '[(x => x) isa Doc, jar isa Doc, jar isa Pot, jar isa Object, jar isa Struct]',
      '[false, true, true, true, false]',
    ],
    [
      '[{} isa Object, {} isa Struct, Math isa Object, Math isa Math, [] isa Object]',
      '[true, true, true, true, false]',
    ],
    [
      '[(x => x).toString(), Math.abs.toString(), log.toString()]',
      '["[function <lambda>]", "[function abs()]", "[function log()]"]',
    ],
    ['1 isa 2', 'invalid_argument: invalid argument `type_object`: expected a module object'],
  ])('%s', async (query, expected) => {
    expect(await show(query, fakeContext(), { jar: new DocValue(POT, 1n) })).toBe(expected)
  })
})
