import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KeyRange } from '../engine.ts'
import { CommitLog } from './commit-log.ts'
import { RangeSet } from './range-set.ts'

const reads = (keys: string[], ranges: KeyRange[] = []) => ({ readKeys: keys, readRanges: ranges })

test('finds the first write after the snapshot of something read', () => {
  const log = new CommitLog()
  log.append(10, ['a', 'b'])
  log.append(20, ['b', 'c'])
  expect(log.conflict(5, reads(['b']))).toEqual({ key: 'b', ts: 10 })
  expect(log.conflict(10, reads(['b']))).toEqual({ key: 'b', ts: 20 })
  expect(log.conflict(20, reads(['b']))).toBeUndefined()
  expect(log.conflict(5, reads(['d'], [{ start: 'bb', end: 'd' }]))).toEqual({ key: 'c', ts: 20 })
  expect(log.conflict(5, reads([]))).toBeUndefined()
})

test('trimmed, it still knows what newer snapshots need', () => {
  const log = new CommitLog()
  for (let ts = 1; ts <= 100; ts++) log.append(ts, [`k${ts}`])
  log.trim(90)
  expect(log.conflict(90, reads(['k91']))).toEqual({ key: 'k91', ts: 91 })
  expect(log.conflict(95, reads(['k91']))).toBeUndefined()
})

test('refuses snapshots older than what it had to forget', () => {
  const log = new CommitLog(10)
  for (let ts = 1; ts <= 100; ts++) log.append(ts, [`k${ts}`])
  expect(log.conflict(50, reads(['unrelated']))).toEqual({ key: undefined, ts: 90 })
  expect(log.conflict(50, reads([]))).toBeUndefined()
  expect(log.conflict(90, reads(['unrelated']))).toBeUndefined()
  expect(log.conflict(90, reads(['k100']))).toEqual({ key: 'k100', ts: 100 })
})

test('a set of ranges holds a key if one of them does', () => {
  const key = fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'b', 'c') })
  fc.assert(
    fc.property(fc.array(fc.record({ start: key, end: key })), key, (ranges, k) => {
      expect(new RangeSet(ranges).has(k)).toBe(ranges.some((r) => k >= r.start && k < r.end))
    }),
  )
})
