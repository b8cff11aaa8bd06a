import { expect, it } from 'vitest'
import { TimeValue } from '#src/fql/values/value.ts'
import { DocumentCache } from './document-cache.ts'
import { DocumentVersion } from './document-version.ts'
import { NO_BYTES } from './keys.ts'

const version = (ts: number | undefined) => new DocumentVersion(ts, undefined, new Map())
const entry = (key: string, ts: number) => ({ key, ts, value: NO_BYTES })

it('answers the version of the entry alone', () => {
  const cache = new DocumentCache()
  const v = version(5)
  cache.put('a', v)
  expect(cache.get(entry('a', 5))).toBe(v)
  expect(cache.get(entry('a', 6))).toBeUndefined()
  expect(cache.get(entry('b', 5))).toBeUndefined()
})

it('holds the last 10,000 documents, and never more than 20,000', () => {
  const cache = new DocumentCache()
  const has = (i: number) => cache.get(entry(`k${i}`, i)) !== undefined
  for (let i = 0; i < 30_000; i++) cache.put(`k${i}`, version(i))
  const held = Array.from({ length: 30_000 }, (_, i) => i).filter(has)
  expect(held.length).toBeLessThanOrEqual(20_000)
  expect(held.filter((i) => i >= 20_000).length).toBe(10_000)
})

it.each<[string, bigint | undefined, boolean]>([
  ['no end', undefined, false],
  ['an end to come', 5_001n, false],
  ['an end that is now', 5_000n, true],
  ['one that has been', 4_999n, true],
])('a document with %s', (_name, ttl, expired) => {
  const v = new DocumentVersion(1, ttl === undefined ? undefined : new TimeValue(ttl), new Map())
  expect(v.isExpired(5)).toBe(expired)
})
