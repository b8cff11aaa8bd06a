import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderedMap } from './ordered-map.ts'

const key = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', 'c', 'd') })
const change = fc.record({ key, remove: fc.boolean() })

function entries(map: OrderedMap<number>, start: string, end: string, reverse: boolean): [string, number][] {
  const out: [string, number][] = []
  map.visit(start, end, reverse, (k, v) => out.push([k, v]) > 0)
  return out
}

test('agrees with a sorted Map', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 400 }),
      key,
      key,
      fc.boolean(),
      (changes, start, end, reverse) => {
        const map = new OrderedMap<number>()
        const model = new Map<string, number>()
        changes.forEach((c, i) => {
          if (c.remove) expect(map.delete(c.key)).toBe(model.delete(c.key))
          else {
            map.set(c.key, i)
            model.set(c.key, i)
          }
        })
        const inRange = [...model].filter(([k]) => k >= start && k < end).sort(([a], [b]) => (a < b ? -1 : 1))
        expect(entries(map, start, end, reverse)).toEqual(reverse ? inRange.reverse() : inRange)
        expect(map.size).toBe(model.size)
        for (const [k, v] of model) expect(map.get(k)).toBe(v)
      },
    ),
  )
})

test.each(['ascending', 'descending', 'scattered'])('holds 100,000 entries inserted in %s order', (order) => {
  const n = 100_000
  const map = new OrderedMap<number>()
  const at = (i: number) => (order === 'ascending' ? i : order === 'descending' ? n - 1 - i : (i * 7919) % n)
  for (let i = 0; i < n; i++) map.set(String(at(i)).padStart(6, '0'), at(i))
  expect(map.size).toBe(n)
  let next = 0
  map.visit('', '~', false, (_, v) => v === next++)
  expect(next).toBe(n)
  for (let i = 0; i < n; i += 2) map.delete(String(i).padStart(6, '0'))
  expect(map.size).toBe(n / 2)
  expect(entries(map, '000010', '000016', true).map(([, v]) => v)).toEqual([15, 13, 11])
})
