import { expect, it, vi } from 'vitest'
import { memoized } from './memoized.ts'

it('makes one for each object', () => {
  const make = vi.fn(({ n }: { n: number }) => [n])
  const of = memoized(make)
  const [a, b] = [{ n: 1 }, { n: 1 }]
  expect(of(a)).toEqual([1])
  expect(of(a)).toBe(of(a))
  expect(of(b)).not.toBe(of(a))
  expect(make).toHaveBeenCalledTimes(2)
})

it('does not keep what failed', () => {
  let fails = true
  const of = memoized((o: object) => {
    if (fails) throw new Error('not yet')
    return o
  })
  const object = {}
  expect(() => of(object)).toThrow('not yet')
  fails = false
  expect(of(object)).toBe(object)
})
