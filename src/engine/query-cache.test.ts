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

it.each([
  [['a', 'b'], ['a,b']],
  [['a', 'b'], ['a1:b']],
  [['a'], ['a\n']],
  [[], ['']],
])('parameters %j are not %j', (one, other) => {
  const cache = new QueryCache()
  expect(prepared(cache, 'a', other)).not.toBe(prepared(cache, 'a', one))
})

it('a text is not taken for a parameter', () => {
  const cache = new QueryCache()
  expect(prepared(cache, 'a', ['a\na'])).not.toBe(prepared(cache, 'a\na', ['a']))
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

it('of many texts those that are used stay', () => {
  const cache = new QueryCache()
  const used = prepared(cache, '0')
  const unused = prepared(cache, '1')
  for (let i = 0; i < 100; i++) {
    prepared(cache, `"${i}${'x'.repeat(16_000)}"`)
    expect(prepared(cache, '0')).toBe(used)
  }
  expect(prepared(cache, '1')).not.toBe(unused)
})

it('parameters count as characters', () => {
  const cache = new QueryCache()
  const first = prepared(cache, '0')
  for (let i = 0; i < 100; i++) prepared(cache, String(i), [`a${i}${'x'.repeat(16_000)}`])
  expect(prepared(cache, '0')).not.toBe(first)
})
