import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonDouble, JsonObject, type JsonValue } from '#src/lib/json.ts'
import { JsonError, parseJson } from './json-parser.ts'

/** As `JSON.parse` gives it. */
function plain(json: JsonValue): unknown {
  if (json instanceof JsonDouble) return json.value
  if (typeof json === 'bigint') return Number(json)
  if (json instanceof JsonObject)
    return Object.fromEntries(json.keys.map((k, i) => [k, plain(json.values[i]!)]))
  return Array.isArray(json) ? json.map(plain) : json
}

/** Whether no integer in it is too long for 64 bits. */
const fits = (value: unknown): boolean => !/(?<![\d.])\d{19}/.test(JSON.stringify(value))

const reasonOf = (text: string): string => {
  try {
    parseJson(text)
    return 'none'
  } catch (error) {
    return error instanceof JsonError ? error.reason : String(error)
  }
}

describe('parseJson', () => {
  it('agrees with JSON.parse on what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue().filter(fits), fc.constantFrom(0, 2), (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(plain(parseJson(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('agrees with JSON.parse on what is not JSON', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0d8tfn-+.eE1 \n\t') })
    fc.assert(
      fc.property(noise, (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        expect(reasonOf(text) === 'none').toBe(valid)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['1', 1],
    ['-0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1.0', new JsonDouble(1)],
    ['-0.0', new JsonDouble(-0)],
    ['1e2', new JsonDouble(100)],
  ])('keeps the kind of %s', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  it.each([
    '9223372036854775808',
    `1${'0'.repeat(1000)}`,
    '01',
    '+1',
    '1.',
    '.5',
    'nul',
    '"\t"',
    '"\\x"',
    '',
    '1 2',
  ])(' refuses %j', (text) => expect(reasonOf(text)).toBe('syntax'))

  it('keeps order and repetition of keys, and has no special ones', () => {
    const json = parseJson('{"2":1,"__proto__":2,"1":3,"2":4}') as JsonObject
    expect(json.keys).toEqual(['2', '__proto__', '1', '2'])
    expect(json.get('2')).toBe(4)
    expect(json.get('constructor')).toBeUndefined()
  })

  it('allows a thousand levels and no more', () => {
    const nested = (n: number): string => '['.repeat(n) + ']'.repeat(n)
    expect(reasonOf(nested(1000))).toBe('none')
    expect(reasonOf(nested(1001))).toBe('depth')
    expect(reasonOf('{"a":'.repeat(100_000))).toBe('depth')
  })
})
