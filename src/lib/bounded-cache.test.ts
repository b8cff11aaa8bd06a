import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

const held = (cache: BoundedCache<number>, keys: readonly string[]): string[] =>
  keys.filter((key) => cache.get(key) !== undefined)

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `k${i}`)

it('holds what was put last, up to its weight', () => {
  const cache = new BoundedCache<number>(100, (weight) => weight)
  const keys = names(200)
  for (const key of keys) cache.set(key, 1)
  const left = held(cache, keys.toReversed())
  expect(left.length).toBeLessThanOrEqual(101)
  expect(left).toEqual(expect.arrayContaining(keys.slice(-50)))
})

it('keeps what is used again and again', () => {
  const cache = new BoundedCache<number>(10, () => 1)
  cache.set('used', 7)
  for (const key of names(1000)) {
    cache.set(key, 1)
    expect(cache.get('used')).toBe(7)
  }
})

it('admits what is missed again soon', () => {
  const cache = new BoundedCache<number>(10, () => 1)
  expect([cache.admits('a'), cache.admits('b'), cache.admits('a')]).toEqual([false, false, true])
  for (const key of names(10_000)) expect(cache.admits(key)).toBe(false)
  expect(cache.admits('b')).toBe(false)
})

it('answers what a map would, or nothing', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key, value: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('delete' as const), key }),
    fc.record({ kind: fc.constant('get' as const), key }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const cache = new BoundedCache<number>(12, (weight) => weight)
      const model = new Map<string, number>()
      for (const s of steps) {
        if (s.kind === 'set') {
          cache.set(s.key, s.value)
          model.set(s.key, s.value)
        } else if (s.kind === 'delete') {
          cache.delete(s.key)
          model.delete(s.key)
        }
        expect([undefined, model.get(s.key)]).toContain(cache.get(s.key))
        if (s.kind === 'set') expect(cache.get(s.key)).toBe(s.value)
      }
    }),
  )
})
