import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeKey, decodePart, encodeKey, encodePart, invert } from './codec.ts'
import type { KeyObject, KeyPart, KeyScalar } from './part.ts'
import { prefixRange } from './range.ts'

// A second, plain definition of the order, to compare with.

const RANKS = [
  'number',
  'double',
  'bytes',
  'string',
  'array',
  'object',
  'reference',
  'time',
  'date',
  'uuid',
  'boolean',
  'null',
]

function kindOf(p: KeyPart): string {
  if (p === null) return 'null'
  if (typeof p === 'bigint') return 'number'
  if (typeof p !== 'object') return typeof p
  if (p instanceof Uint8Array) return 'bytes'
  return Array.isArray(p) ? 'array' : (p as KeyObject | KeyScalar).kind
}

const by = <T extends string | number | bigint | boolean>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const c = compare(a[i] as T, b[i] as T)
    if (c !== 0) return c
  }
  return by(a.length, b.length)
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  const nan = by(Number.isNaN(a), Number.isNaN(b))
  if (nan !== 0 || Number.isNaN(a)) return nan
  // JavaScript compares a bigint with a number exactly.
  if (a < b) return -1
  if (a > b) return 1
  return by(Object.is(b, -0), Object.is(a, -0))
}

type Field = readonly [string, KeyPart]
const sorted = (o: KeyObject): Field[] => [...o.fields].sort(([a], [b]) => by(a, b))
const compareFields = (a: Field, b: Field) => by(a[0], b[0]) || compareParts(a[1], b[1])

function compareParts(a: KeyPart, b: KeyPart): number {
  const kind = kindOf(a)
  const ranks = by(RANKS.indexOf(kind), RANKS.indexOf(kindOf(b)))
  return ranks || compareSameKind(kind, a as never, b as never)
}

// biome-ignore lint/suspicious/noExplicitAny: both are of the kind named
function compareSameKind(kind: string, a: any, b: any): number {
  switch (kind) {
    case 'number':
      return compareNumbers(a, b)
    case 'double':
      return compareNumbers(a.value, b.value)
    case 'bytes':
      return Buffer.compare(a, b)
    case 'array':
      return compareLists<KeyPart>(a, b, compareParts)
    case 'object':
      return compareLists(sorted(a), sorted(b), compareFields)
    case 'reference':
      return by<bigint>(a.collection, b.collection) || by<bigint>(a.id, b.id)
    case 'time':
      return by<bigint>(a.seconds, b.seconds) || by<number>(a.nanos, b.nanos)
    case 'date':
      return by<number>(a.day, b.day)
    case 'uuid':
      return Buffer.compare(a.bytes, b.bytes)
  }
  return kind === 'null' ? 0 : by<string>(a, b)
}

const YEAR = 31_556_952n
const unit = fc.oneof(
  fc.constantFrom(
    '\0',
    '\x01',
    'a',
    'b',
    '\x7f',
    '\x80',
    '\xff',
    '\u07ff',
    '\u0800',
    '\ud800',
    '\udfff',
    '\ue000',
    '\uffff',
  ),
  fc.nat(0xffff).map((n) => String.fromCharCode(n)),
)
const text = fc.array(unit, { maxLength: 5 }).map((units) => units.join(''))
const integer = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .tuple(fc.integer({ min: 50, max: 62 }), fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(1n, -1n))
    .map(([e, d, sign]) => sign * (2n ** BigInt(e) + d)),
)
const number = fc.oneof(
  integer,
  integer.map(Number),
  fc.integer(),
  fc.double(),
  fc.constantFrom<number | bigint>(
    0,
    -0,
    0n,
    1,
    1n,
    0.5,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 63,
    -(2 ** 63),
    5e-324,
    1e308,
  ),
)
const uint = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 5n }))
const scalar: fc.Arbitrary<KeyScalar> = fc.oneof(
  fc.record({ kind: fc.constant('double' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('reference' as const), collection: uint, id: uint }),
  fc.record({
    kind: fc.constant('time' as const),
    seconds: fc.bigInt({ min: -999_999_999n * YEAR, max: 999_999_999n * YEAR }),
    nanos: fc.nat(999_999_999),
  }),
  fc.record({
    kind: fc.constant('date' as const),
    day: fc.integer({ min: -365_243_219_162, max: 365_241_780_471 }),
  }),
  fc.record({ kind: fc.constant('uuid' as const), bytes: fc.uint8Array({ minLength: 16, maxLength: 16 }) }),
)
const atom: fc.Arbitrary<KeyPart> = fc.oneof(
  number,
  text,
  fc.uint8Array({ maxLength: 4 }),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 4 }).map((a) => new Uint8Array(a)),
  scalar,
  fc.boolean(),
  fc.constant(null),
)
const part: fc.Arbitrary<KeyPart> = fc.letrec<{ part: KeyPart }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    atom,
    fc.array(tie('part'), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(text, tie('part')), { selector: ([name]) => name, maxLength: 3 })
      .map((fields): KeyPart => ({ kind: 'object', fields })),
  ),
})).part
const directions = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
const tuple = fc.array(part, { minLength: 0, maxLength: 4 })

/** As decoding answers it. */
function canonical(p: KeyPart): KeyPart {
  if (typeof p === 'bigint') return BigInt(Number(p)) === p ? Number(p) : p
  if (Array.isArray(p)) return (p as KeyPart[]).map(canonical)
  if (kindOf(p) !== 'object') return p
  return { kind: 'object', fields: sorted(p as KeyObject).map(([name, value]) => [name, canonical(value)]) }
}

describe('order', () => {
  test('of keys is that of the parts', () => {
    fc.assert(
      fc.property(part, part, (a, b) => {
        expect(by(encodePart(a), encodePart(b))).toBe(Math.sign(compareParts(a, b)))
      }),
      { numRuns: 3000 },
    )
  })

  test('of numbers is exact across kinds', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(by(encodePart(a), encodePart(b))).toBe(Math.sign(compareNumbers(a, b)))
      }),
      { numRuns: 5000 },
    )
  })

  test('of tuples goes part by part, each up or down', () => {
    fc.assert(
      fc.property(tuple, tuple, directions, fc.nat(4), (a, other, down, shared) => {
        const b = [...a.slice(0, shared), ...other].slice(0, 4)
        let i = 0
        const c = compareLists(a, b, (x, y) => (down[i++] ? -1 : 1) * compareParts(x, y))
        expect(by(encodeKey(a, down), encodeKey(b, down))).toBe(Math.sign(c) + 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('has the kinds as documented', () => {
    const kinds: KeyPart[] = [
      -Infinity,
      -(2n ** 63n),
      -(2 ** 53) - 2,
      -(2n ** 53n) - 1n,
      -1,
      -0,
      0,
      5e-324,
      1,
      2 ** 53,
      2n ** 53n + 1n,
      2n ** 63n - 1n,
      2 ** 63,
      Infinity,
      Number.NaN,
      new Uint8Array(),
      '',
      'a',
      'a\0',
      'ab',
      '\ud83d\ude00',
      '\uffff',
      [],
      [1],
      [1, null],
      { kind: 'object', fields: [] },
      { kind: 'object', fields: [['a', 1]] },
      {
        kind: 'object',
        fields: [
          ['b', 1],
          ['a', 1],
        ],
      },
      { kind: 'reference', collection: 1n, id: 2n },
      { kind: 'time', seconds: -1n, nanos: 0 },
      { kind: 'time', seconds: -1n, nanos: 1 },
      { kind: 'date', day: -1 },
      { kind: 'uuid', bytes: new Uint8Array(16) },
      false,
      true,
      null,
    ]
    const encoded = kinds.map(encodePart)
    expect(encoded).toEqual([...new Set(encoded)].sort(by))
  })
})

test('equal numbers of different kinds make the same key', () => {
  for (const n of [0, 1, -1, 2 ** 31, 2 ** 53, 2 ** 60, -(2 ** 62) - 2 ** 20]) {
    expect(encodePart(n)).toBe(encodePart(BigInt(n)))
  }
  expect(() => encodePart(2n ** 63n)).toThrow(RangeError)
})

test('decoding gives back what was encoded', () => {
  fc.assert(
    fc.property(tuple, directions, (parts, down) => {
      const key = encodeKey(parts, down)
      expect(key).toMatch(/^[\x00-\xff]*$/)
      expect(decodeKey(key, down)).toEqual(parts.map(canonical))
    }),
    { numRuns: 2000 },
  )
})

test('a part tells where it ends, whatever follows', () => {
  fc.assert(
    fc.property(part, part, fc.boolean(), (a, b, down) => {
      const one = down ? invert(encodePart(a)) : encodePart(a)
      const other = down ? invert(encodePart(b)) : encodePart(b)
      expect(decodePart(`x${one}\xff\0\x01`, 1, down).end).toBe(1 + one.length)
      if (one !== other) expect(other.startsWith(one)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})

test('a range by prefix holds just the tuples that start so', () => {
  fc.assert(
    fc.property(tuple, tuple, directions, (prefix, other, down) => {
      const range = prefixRange(encodeKey(prefix, down))
      const inside = encodeKey([...prefix, ...other].slice(0, 4), down)
      expect(inside >= range.start && inside < range.end).toBe(true)
      const key = encodeKey(other, down)
      const starts = compareLists(prefix, other.slice(0, prefix.length), compareParts) === 0
      expect(key >= range.start && key < range.end).toBe(starts)
    }),
  )
})

test('nesting of any depth neither overflows the stack nor takes long', () => {
  let deep: KeyPart = []
  for (let i = 0; i < 100_000; i++) deep = i % 2 ? [deep] : { kind: 'object', fields: [['a', deep]] }
  const key = encodePart(deep)
  expect(key.length).toBe(2 + 50_000 * 2 + 50_000 * 6)
  expect(encodePart(decodePart(key, 0).value)).toBe(key)
})

test.each(['\x99', '\x01', '\x20abc', '\x20abc\0'])('refuses to decode %j', (key) => {
  expect(() => decodeKey(key)).toThrow(RangeError)
})
