import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { evaluate, fakeCollection, fakeContext, POT, SNAPSHOT, show } from '#src/fql/testing/run.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { CursorValue, EventSourceValue } from '#src/fql/values/set.ts'
import {
  BytesValue,
  DateValue,
  Double,
  IdValue,
  NULL,
  ObjectValue,
  TimeValue,
  TRANSACTION_TIME,
  UuidValue,
  type Value,
} from '#src/fql/values/value.ts'
import '#src/fql/eval/compile.ts'
import { ArraySet } from './array-set.ts'
import { decodeCursor, decodeEventSource, draftToken, encodeCursor, finishToken } from './cursor.ts'
import { SingleSet } from './single-set.ts'

const ctx = fakeContext()
const cursorOf = (...elements: Value[]) => new CursorValue(new ArraySet(elements), 3, 5)
const elementsOf = (text: string) => (decodeCursor(ctx, text).set as ArraySet).elements

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.double().map((n) => new Double(n)),
    fc.string({ unit: 'binary' }),
    fc.string().map((s) => `${s}\ud800`),
    fc.boolean(),
    fc.constant<Value>(NULL),
    fc.uint8Array().map((b) => new BytesValue(b)),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((n) => new IdValue(n)),
    fc.bigInt(-(2n ** 90n), 2n ** 90n).map((n) => new TimeValue(n)),
    fc.integer({ min: -365e9, max: 365e9 }).map((n) => new DateValue(n)),
    fc.uuid().map((s) => new UuidValue(s)),
    fc.bigInt(0n, 2n ** 63n - 1n).map((id) => new DocValue(POT, id)),
    fc.constant<Value>(POT),
    fc.array(tie('value')),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((fields) => new ObjectValue(new Map(fields))),
    tie('value').map((v) => new SingleSet(v)),
  ),
})).value

describe('round trip', () => {
  test('any value', () => {
    fc.assert(
      fc.property(fc.array(value), (elements) => {
        const back = decodeCursor(ctx, encodeCursor(ctx, cursorOf(...elements)))
        expect([back.pageSize, back.at]).toEqual([3, 5])
        expect(sameValue((back.set as ArraySet).elements, elements)).toBe(true)
      }),
    )
  })

  test('functions', async () => {
    const elements = 'let k = 5\n[x => x + k, "abc".concat, (.a), (a, ...b) => b, Math.abs, abort]'
    const text = encodeCursor(ctx, cursorOf(...((await evaluate(elements)) as Value[])))
    const [add, concat, field, rest, abs] = elementsOf(text) as Value[]
    const variables = { add, concat, field, rest, abs } as Record<string, Value>
    const calls = '[add(1), concat("d"), field({ a: 9 }), rest(1, 2, 3), abs(-4)]'
    expect(await show(calls, ctx, variables)).toBe('[6, "abcd", 9, [2, 3], 4]')
  })

  test('the time of the transaction becomes that of the cursor', () => {
    const draft = draftToken(ctx, new CursorValue(new ArraySet([TRANSACTION_TIME]), 1))
    expect(elementsOf(finishToken(draft, 1234))).toEqual([TimeValue.ofMicros(1234)])
  })

  test('contents of documents stay behind', () => {
    const secret = new DocValue(POT, 1n, undefined, { fields: new Map([['secret', 'fn-top']]) })
    const text = encodeCursor(ctx, cursorOf(secret))
    expect(Buffer.from(text, 'base64').includes('fn-top')).toBe(false)
    expect(elementsOf(text)).toEqual([new DocValue(POT, 1n)])
  })

  test('event sources', () => {
    const source = new EventSourceValue(new SingleSet(new DocValue(POT, 1n)), [['a', 0]])
    const text = finishToken(draftToken(ctx, source), 77)
    expect(decodeEventSource(ctx, text)).toEqual({ source, at: 77 })
    expect(decodeEventSource(ctx, encodeCursor(ctx, cursorOf()))).toBeUndefined()
    const elsewhere = fakeContext({ globals: { Pot: fakeCollection('Pot', 8) } })
    expect(() => decodeEventSource(elsewhere, text)).toThrow(QueryFailure as never)
    expect(() => decodeCursor(ctx, text)).toThrow(QueryFailure as never)
  })
})

describe('what is no cursor', () => {
  const text = encodeCursor(ctx, cursorOf('some text', 5, new DocValue(POT, 1n)))
  const refused = (t: string, context = ctx) => {
    try {
      decodeCursor(context, t)
    } catch (error) {
      return error instanceof QueryFailure && error.code === 'invalid_cursor'
    }
    return false
  }

  test.each([
    '',
    'x',
    'this is no cursor',
    `${text} `,
    text.slice(0, -4),
    `${text}AAAA`,
    '\ud800',
    'A'.repeat(100_000),
  ])('%j', (t) => expect(refused(t)).toBe(true))

  test('a changed byte', () => {
    const bytes = Buffer.from(text, 'base64')
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] as number) ^ 0x40
      expect(refused(changed.toString('base64'))).toBe(true)
    }
  })

  test('any bytes with a good checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(refused(finishToken({ content: Buffer.from([19, 3, 0, ...bytes]), at: 5 }, 0))).toBe(true)
      }),
    )
  })

  test('deep nesting, great counts', () => {
    const forged = (bytes: readonly number[]) =>
      finishToken({ content: Buffer.from([19, 3, 0, ...bytes]), at: 5 }, 0)
    expect(refused(forged(Array.from({ length: 200_000 }, (_x, i) => (i % 2 ? 1 : 9))))).toBe(true)
    expect(refused(forged([9, 0xff, 0xff, 0xff, 0xff, 0x7f, 1]))).toBe(true)
  })

  test('a time to come', () => {
    expect(refused(encodeCursor(ctx, new CursorValue(new ArraySet([]), 1, SNAPSHOT + 1)))).toBe(true)
  })

  test('a collection that is gone, or another one of the same name', () => {
    const other = { globals: { Pot: fakeCollection('Pot', 8) } }
    expect(refused(text, fakeContext(other))).toBe(true)
    expect(refused(encodeCursor(ctx, cursorOf(fakeCollection('Gone', 9))))).toBe(true)
  })
})
