import { expect, it } from 'vitest'
import { TimeValue } from '#src/fql/values/value.ts'
import { DocumentCache } from './document-cache.ts'
import { DocumentVersion } from './document-version.ts'
import { NO_BYTES } from './keys.ts'

const version = (ts: number | undefined) => new DocumentVersion(ts, undefined, new Map())
const entry = (key: string, ts: number) => ({ key, ts, value: NO_BYTES })

it('answers the version of the entry alone, to the owner alone', () => {
  const cache = new DocumentCache()
  const owner = {}
  const v = version(5)
  cache.put('a', v, owner)
  expect(cache.get(entry('a', 5), owner)).toBe(v)
  expect(cache.get(entry('a', 5), {})).toBeUndefined()
  expect(cache.get(entry('a', 6), owner)).toBeUndefined()
  expect(cache.get(entry('b', 5), owner)).toBeUndefined()
})

it('holds fewer versions the larger they are', () => {
  const count = (size: number): number => {
    const cache = new DocumentCache()
    for (let i = 0; i < 20_000; i++) {
      const v = version(i)
      v.size = size
      cache.put(`k${i}`, v, cache)
    }
    return Array.from({ length: 20_000 }, (_, i) => cache.get(entry(`k${i}`, i), cache)).filter(Boolean)
      .length
  }
  expect(count(100)).toBeGreaterThan(10_000)
  expect(count(10_000)).toBeLessThan(1_000)
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
