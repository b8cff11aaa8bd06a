import { expect, it } from 'vitest'
import { QueryCache } from './query-cache.ts'

const prepared = (cache: QueryCache, text: string, parameters: readonly string[] = [], template = false) => {
  const found = cache.prepare(text, template, parameters)
  if (!found.ok) throw new Error(`does not parse: ${text}`)
  return found.value
}

it('a text is compiled once for its parameters', () => {
  const cache = new QueryCache()
  const first = prepared(cache, 'a', ['a'])
  expect(prepared(cache, 'a', ['a'])).toBe(first)
  expect(prepared(cache, 'a', ['b'])).not.toBe(first)
  expect(prepared(cache, 'a ', ['a'])).not.toBe(first)
  expect(prepared(cache, 'a', ['a'], true)).not.toBe(first)
})

it('what does not parse is parsed again', () => {
  const cache = new QueryCache()
  expect(cache.prepare('1 +', false, []).ok).toBe(false)
  expect(cache.prepare('1 +', false, []).ok).toBe(false)
})

it('long texts are not kept', () => {
  const cache = new QueryCache()
  const kept = `"${'x'.repeat(16_382)}"`
  const long = `"${'x'.repeat(16_383)}"`
  expect(prepared(cache, kept)).toBe(prepared(cache, kept))
  expect(prepared(cache, long)).not.toBe(prepared(cache, long))
})

it('of many texts the least recently used one goes', () => {
  const cache = new QueryCache()
  const [first, second] = [prepared(cache, '0'), prepared(cache, '1')]
  for (let i = 2; i < 1000; i++) prepared(cache, String(i))
  expect(prepared(cache, '0')).toBe(first)
  prepared(cache, '1000')
  expect(prepared(cache, '0')).toBe(first)
  expect(prepared(cache, '1')).not.toBe(second)
})
