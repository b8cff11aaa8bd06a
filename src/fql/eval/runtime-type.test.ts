import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debugScalar } from '#src/fql/values/text.ts'
import { Double, IdValue, NULL, objectOf, type Value } from '#src/fql/values/value.ts'
import { parseType } from '../syntax/type-parser.ts'
import { idIn, parseId, runtimeTypeOf } from './runtime-type.ts'

const typeOf = (text: string) => {
  const parsed = parseType({ name: '*type*', text })
  if (!parsed.ok) throw new Error(text)
  return runtimeTypeOf(parsed.value)
}
const double = (n: number) => new Double(n)

describe('casts', () => {
  it.each<[string, Value, string | undefined]>([
    ['Int', 1, '1'],
    ['Int', double(-0), '0'],
    ['Int', double(2147483647), '2147483647'],
    ['Int', double(2147483648), undefined],
    ['Int', 2147483648n, undefined],
    ['Int', double(Number.NaN), undefined],
    ['Long', 5, '5'],
    ['Long', double(2 ** 62), '4611686018427387904'],
    ['Long', double(2 ** 63), undefined],
    ['Long', double(Number.POSITIVE_INFINITY), undefined],
    ['Double', 2n ** 62n, '4.611686018427388E18'],
    ['Float', 1, '1.0'],
    ['Number', '1', undefined],
    ['ID', 1, 'ID("1")'],
    ['ID', '-7', 'ID("-7")'],
    ['ID', double(1), undefined],
    ['String', 'a', '"a"'],
    ['String', NULL, undefined],
    ['Null', NULL, 'null'],
    ['Int | String', 'a', '"a"'],
    ['Int?', NULL, 'null'],
    ['(Int)', 1, '1'],
    ['Whatever', true, 'true'],
    ['"literal"', 1, '1'],
    ['Boolean | Any', 1, '1'],
  ])('%s from %o', (type, v, expected) => {
    const cast = typeOf(type).cast(v)
    expect(cast === undefined ? undefined : debugScalar(cast)).toBe(expected)
  })

  it.each<[string, Value, boolean]>([
    ['Array<Int>', ['not', 'looked', 'into'], true],
    ['[Int, Int]', [], true],
    ['Array<Int>', objectOf({}), false],
    ['{}', objectOf({ a: 1 }), true],
    ['{}', [], false],
    ['{ a: Int }', 1, true],
    ['Set<Int>', [], false],
    ['Int => Int', 1, false],
  ])('%s takes %o: %s', (type, v, fits) => {
    expect(typeOf(type).cast(v)).toBe(fits ? v : undefined)
  })

  it.each([
    ['Int | String | Int', 'Int | String'],
    ['Int?', 'Int | Null'],
    ['Array<Int> | Any', 'Any'],
  ])('%s is told as %s', (type, name) => {
    expect(typeOf(type).name).toBe(name)
  })
})

describe('ids', () => {
  it.each([
    ['0', 0n],
    ['007', 7n],
    ['+5', 5n],
    ['-5', -5n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775808', undefined],
    ['00000000000000000001', 1n],
    ['', undefined],
    ['-', undefined],
    ['1.0', undefined],
    ['0x1', undefined],
    [' 1', undefined],
    ['١', 1n],
  ])('%j', (text, id) => {
    expect(parseId(text)).toBe(id)
  })

  it('every 64-bit integer is read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        expect(parseId(String(n))).toBe(n)
        expect(idIn(new IdValue(n))).toBe(n)
        expect(idIn(n)).toBe(n)
      }),
    )
  })
})
