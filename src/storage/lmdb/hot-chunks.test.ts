import { expect, test } from 'vitest'
import type { Chunk, Key } from '../engine.ts'
import { prefixRange } from '../keys/range.ts'
import { HotChunks } from './hot-chunks.ts'

const chunkOf = (...keys: Key[]): Chunk => ({
  entries: keys.map((key) => ({ key, value: Buffer.from('value'), ts: 1 })),
  done: true,
})

/** Offers a chunk of a prefix until it is kept, if it is. */
function keep(hot: HotChunks, prefix: Key, chunk: Chunk = chunkOf(`${prefix}1`)): boolean {
  for (const _ of [1, 2]) hot.offer(prefixRange(prefix), false, 10, 5, chunk)
  return has(hot, prefix)
}
const has = (hot: HotChunks, prefix: Key, ts = 5): boolean =>
  hot.get(prefixRange(prefix), false, 10, ts) !== undefined

test('keeps what is offered a second time, with values of its own', () => {
  const hot = new HotChunks()
  const offered = chunkOf('the group a1')
  const offer = () => hot.offer(prefixRange('the group a'), false, 10, 5, offered)
  expect(offer()).toBe(offered)
  expect(has(hot, 'the group a')).toBe(false)
  const kept = offer()
  expect(kept).toEqual(offered)
  expect(kept.entries[0]?.value.buffer).not.toBe(offered.entries[0]?.value.buffer)
  expect(hot.get(prefixRange('the group a'), false, 10, 6)).toBe(kept)
  expect(has(hot, 'the group a', 4)).toBe(false)
})

test.each([
  ['the group a', false],
  ['the group a1', false],
  ['the group a\xff\xff', false],
  ['the group', true],
  ['the group b', true],
])('a write of %j leaves what begins with "the group a": %j', (key, left) => {
  const hot = new HotChunks()
  expect(keep(hot, 'the group a')).toBe(true)
  hot.forget(key)
  expect(has(hot, 'the group a')).toBe(left)
})

test('keeps no large chunks and no ranges but those of prefixes', () => {
  const hot = new HotChunks()
  expect(keep(hot, 'the group a', chunkOf(...Array.from({ length: 65 }, (_, i) => `the group a${i}`)))).toBe(
    false,
  )
  expect(keep(hot, 'the group b', chunkOf(`the group b${'x'.repeat(20_000)}`))).toBe(false)
  const range = { start: 'the group c', end: 'the group e' }
  for (const _ of [1, 2]) hot.offer(range, false, 10, 5, chunkOf('the group d'))
  expect(hot.get(range, false, 10, 5)).toBeUndefined()
})

test('keeps prefixes of sixteen lengths in a group, and forgets them all by a key of theirs', () => {
  const hot = new HotChunks()
  const prefixes = Array.from({ length: 20 }, (_, i) => `the group ${'a'.repeat(i)}`)
  expect(prefixes.map((p) => keep(hot, p))).toEqual(prefixes.map((_, i) => i < 16))
  expect(keep(hot, `a group ${'a'.repeat(30)}`)).toBe(true)
  hot.forget(`the group ${'a'.repeat(30)}`)
  expect(prefixes.some((p) => has(hot, p))).toBe(false)
})

test('starts over when there are too many groups', () => {
  const hot = new HotChunks()
  const prefix = (n: number): Key => `${n}`.padStart(9, '0')
  for (let n = 0; n < 4096; n++) keep(hot, prefix(n))
  expect(has(hot, prefix(0))).toBe(true)
  expect(keep(hot, prefix(4096))).toBe(true)
  expect(has(hot, prefix(0))).toBe(false)
})
