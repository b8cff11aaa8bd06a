import { describe, expect, it } from 'vitest'
import { andThen, type Eventual, eachIndex, mapInOrder, repeat } from './eventual.ts'

/** Answers at once, later, or both in turn. */
const ways: [string, <T>(v: T, i: number) => Eventual<T>][] = [
  ['at once', (v) => v],
  ['later', (v) => Promise.resolve(v)],
  ['in turn', (v, i) => (i % 2 === 0 ? v : Promise.resolve(v))],
]

describe.each(ways)('answers that come %s', (_name, answer) => {
  it('eachIndex goes in order and stops at false alone', async () => {
    const seen: number[] = []
    const values = [undefined, 0, null, '', false, 1]
    await eachIndex(values.length, (i) => {
      seen.push(i)
      return answer(values[i], i)
    })
    expect(seen).toEqual([0, 1, 2, 3, 4])
  })

  it('mapInOrder keeps every value, false among them', async () => {
    let running = 0
    const out = await mapInOrder([3, 1, 2], (n, i) => {
      expect(running++).toBe(0)
      return andThen(answer(n, i), (v) => {
        running--
        return v !== 1 && v * 10
      })
    })
    expect(out).toEqual([30, false, 20])
  })

  it('repeat ends with the first no', async () => {
    let rounds = 0
    await repeat(() => answer(++rounds < 5, rounds))
    expect(rounds).toBe(5)
  })
})

it('what is there at once is answered at once, however much it is', () => {
  let sum = 0
  expect(
    eachIndex(1_000_000, (i) => {
      sum += i
    }),
  ).toBeUndefined()
  expect(mapInOrder([1, 2], (n) => n + 1)).toEqual([2, 3])
  expect(repeat(() => --sum > 0 && sum > 499_999_000_000)).toBeUndefined()
})
