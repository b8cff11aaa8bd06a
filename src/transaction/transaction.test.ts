import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { Entry, KeyRange } from '#src/storage/engine.ts'
import { rest } from '#src/storage/keys/range.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { TransactionTooLarge } from './errors.ts'
import { Transaction } from './transaction.ts'
import { PENDING_TS } from './write-buffer.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (entry: Entry | undefined) => entry && new TextDecoder().decode(entry.value)

let engine: MemoryEngine
beforeEach(() => {
  engine = new MemoryEngine()
})

async function begin(options = {}): Promise<Transaction> {
  return Transaction.begin(engine, options)
}

async function write(values: Record<string, string>): Promise<number> {
  const t = await begin()
  for (const [key, value] of Object.entries(values)) t.put(key, bytes(value))
  const outcome = await t.commit()
  t.release()
  if (!outcome.committed) throw new Error('not committed')
  return outcome.ts
}

async function all(t: Transaction, range: KeyRange, reverse = false, limit = 2): Promise<string[]> {
  const out: string[] = []
  for (let left = range; ; ) {
    const chunk = await t.scan(left, { reverse, limit })
    out.push(...chunk.entries.map((e) => `${e.key}=${text(e)}`))
    if (chunk.done) return out
    expect(chunk.entries.length).toBeGreaterThan(0)
    left = rest(left, chunk.entries.at(-1)!.key, reverse)
  }
}

test('answers synchronously over a store that does', async () => {
  await write({ a: '1' })
  const t = Transaction.begin(engine) as Transaction
  expect(text(t.get('a') as Entry)).toBe('1')
  expect(t.scan({ start: 'a', end: 'b' }, { limit: 5 })).toMatchObject({ done: true })
  t.release()
})

test('sees its own writes, which others do not', async () => {
  await write({ a: '1', c: '3', d: '4' })
  const t = await begin()
  t.put('b', bytes('2'))
  t.put('c', bytes('three'))
  t.delete('d')
  expect(await t.get('b')).toEqual({ key: 'b', value: bytes('2'), ts: PENDING_TS })
  expect(await t.get('d')).toBeUndefined()
  expect(await all(t, { start: 'a', end: 'z' })).toEqual(['a=1', 'b=2', 'c=three'])
  expect(await all(t, { start: 'a', end: 'z' }, true)).toEqual(['c=three', 'b=2', 'a=1'])
  const other = await begin()
  expect(await all(other, { start: 'a', end: 'z' })).toEqual(['a=1', 'c=3', 'd=4'])
  expect(t.stats).toMatchObject({ writeOps: 3, writeBytes: 9 })
})

test('a write whose key depends on the commit stands under another until then', async () => {
  const t = await begin()
  for (const key of ['p1', 'p2']) {
    t.putDated(key, bytes('v'), (ts) => `t${key}${ts}`)
  }
  t.delete('p2')
  expect(await all(t, { start: 'a', end: 'z' })).toEqual(['p1=v'])
  const outcome = await t.commit()
  t.release()
  const later = await begin()
  expect(await all(later, { start: 'a', end: 'z' })).toEqual([`tp1${outcome.committed && outcome.ts}=v`])
})

test('reads of the past leave own writes out and do not conflict', async () => {
  const ts = await write({ a: 'old' })
  await write({ a: 'new' })
  const t = await begin()
  t.put('b', bytes('own'))
  expect(text(await t.get('a', ts))).toBe('old')
  expect(await t.get('b', ts)).toBeUndefined()
  expect(await t.scan({ start: 'a', end: 'z' }, { limit: 9, at: ts })).toMatchObject({
    entries: [{ ts }],
    done: true,
  })
  await write({ a: 'newer' })
  expect(await t.commit()).toMatchObject({ committed: true })
})

test.each<[string, (t: Transaction) => unknown, string, boolean]>([
  ['a key read', (t) => t.get('b'), 'b', true],
  ['a missing key read', (t) => t.get('bb'), 'bb', true],
  ['another key', (t) => t.get('b'), 'c', false],
  ['a phantom in a range', (t) => t.scan({ start: 'b', end: 'e' }, { limit: 9 }), 'cc', true],
  ['beyond the range', (t) => t.scan({ start: 'b', end: 'e' }, { limit: 9 }), 'e', false],
  ['the part of a range not yet scanned', (t) => t.scan({ start: 'a', end: 'e' }, { limit: 2 }), 'c', false],
  ['the part scanned', (t) => t.scan({ start: 'a', end: 'e' }, { limit: 2 }), 'aa', true],
  [
    'the part not scanned, backwards',
    (t) => t.scan({ start: 'a', end: 'e' }, { limit: 2, reverse: true }),
    'b',
    false,
  ],
  [
    'the part scanned, backwards',
    (t) => t.scan({ start: 'a', end: 'e' }, { limit: 2, reverse: true }),
    'cc',
    true,
  ],
  ['a blind write', (t) => t.put('b', bytes('x')), 'b', false],
  ['an own write read back', (t) => [t.put('b', bytes('x')), t.get('b')], 'b', false],
])('conflict on %s', async (_, act, written, conflicts) => {
  await write({ a: '1', b: '2', c: '3', d: '4' })
  const t = await begin()
  act(t)
  t.put('other', bytes('x'))
  await write({ [written]: 'changed' })
  expect((await t.commit()).committed).toBe(!conflicts)
  t.release()
})

test('stamped keys end in the commit timestamp', async () => {
  const t = await begin()
  t.putStamped('p', bytes('v'))
  const outcome = await t.commit()
  const found = await (await begin()).scan({ start: 'p', end: 'q' }, { limit: 2 })
  expect(found.entries).toHaveLength(1)
  const key = found.entries[0]!.key
  expect(Buffer.from(key.slice(1), 'latin1').readBigUInt64BE()).toBe(BigInt((outcome as { ts: number }).ts))
})

test('stamped values under one prefix are joined', async () => {
  const t = await begin()
  for (const v of ['a', 'b', 'c']) t.putStamped('p', bytes(v))
  t.putStamped('q', bytes('d'))
  await t.commit()
  const found = await (await begin()).scan({ start: 'p', end: 'r' }, { limit: 9 })
  expect(found.entries.map(text)).toEqual(['abc', 'd'])
})

test('limits what it writes', async () => {
  const t = await begin({ maxWriteBytes: 10 })
  t.put('a', new Uint8Array(9))
  t.put('a', new Uint8Array(5))
  t.delete('bb')
  expect(() => t.putStamped('c', new Uint8Array(0))).toThrow(TransactionTooLarge)
  expect(() => t.put('c', new Uint8Array(3))).toThrow(
    'Transaction exceeded limit: got 12 bytes, limit 10 bytes',
  )
})

test('100,000 writes interleaved with scans take time in proportion', async () => {
  const t = await begin()
  for (let i = 0; i < 100_000; i++) {
    t.put(`k${(i * 7919) % 100_000}`, bytes('v'))
    if (i % 10 === 0) await t.scan({ start: `k${i}`, end: 'l' }, { limit: 2 })
  }
  expect((await all(t, { start: 'k', end: 'l' }, false, 1000)).length).toBe(100_000)
})

const shortKey = fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('a', 'b', 'c', 'd') })
const writes = fc.array(fc.tuple(shortKey, fc.option(fc.constantFrom('x', 'y'))), { maxLength: 30 })

test('scans agree with a model, whatever is stored, written and deleted', () =>
  fc.assert(
    fc.asyncProperty(
      writes,
      writes,
      shortKey,
      shortKey,
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      async (stored, own, start, end, reverse, limit) => {
        engine = new MemoryEngine()
        const model = new Map<string, string>()
        const apply = (t: Transaction, [key, value]: [string, string | null]) => {
          if (value === null) t.delete(key)
          else t.put(key, bytes(value))
          if (value === null) model.delete(key)
          else model.set(key, value)
        }
        for (const w of stored) {
          const t = await begin()
          apply(t, w)
          await t.commit()
        }
        const t = await begin()
        for (const w of own) apply(t, w)
        const expected = [...model]
          .filter(([k]) => k >= start && k < end)
          .sort(([a], [b]) => (a < b ? -1 : 1))
        if (reverse) expected.reverse()
        expect(await all(t, { start, end }, reverse, limit)).toEqual(expected.map(([k, v]) => `${k}=${v}`))
      },
    ),
  ))
