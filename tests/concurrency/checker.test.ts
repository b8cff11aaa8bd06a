/** The checkers themselves, on histories that are known to be good or bad. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contradictions } from './commit-order.ts'
import { type History, type Op, registersAsLists, type Transaction } from './history.ts'
import { anomalies } from './strict-serializability.ts'

const append = (key: string, value: number): Op => ({ kind: 'append', key, value })
const read = (key: string, ...values: number[]): Op => ({ kind: 'read', key, values })

/** Concurrent unless told. */
const t = (name: string, ops: Op[], more: Partial<Transaction> = {}): Transaction => ({
  name,
  invoked: 0,
  returned: 100,
  outcome: 'ok',
  ops,
  ...more,
})

const good: Record<string, History> = {
  nothing: [],
  'one after the other': [
    t('A', [append('x', 1)], { returned: 1 }),
    t('B', [read('x', 1), append('x', 2)], { invoked: 2, returned: 3 }),
    t('C', [read('x', 1, 2)], { invoked: 4 }),
  ],
  'concurrent, in another order than invoked': [t('A', [read('x', 1)]), t('B', [append('x', 1)])],
  'own appends are seen': [t('A', [append('x', 1), read('x', 1), append('x', 2), read('x', 1, 2)])],
  'unknown, and happened': [
    t('A', [append('x', 1)], { outcome: 'unknown', returned: Number.POSITIVE_INFINITY }),
    t('B', [read('x', 1)]),
  ],
  'unknown, and did not happen': [
    t('A', [append('x', 1)], { outcome: 'unknown', returned: Number.POSITIVE_INFINITY }),
    t('B', [read('x')], { invoked: 5 }),
  ],
}

const bad: Record<string, [History, RegExp]> = {
  'dirty write': [
    [
      t('A', [append('x', 1), append('y', 1)]),
      t('B', [append('x', 2), append('y', 2)]),
      t('C', [read('x', 1, 2), read('y', 2, 1)]),
    ],
    /ww/,
  ],
  'aborted read': [[t('A', [append('x', 1)], { outcome: 'failed' }), t('B', [read('x', 1)])], /aborted read/],
  'intermediate read': [
    [t('A', [append('x', 1), append('x', 2)]), t('B', [read('x', 1)])],
    /intermediate read/,
  ],
  'circular information flow': [
    [t('A', [append('x', 1), read('y', 1)]), t('B', [append('y', 1), read('x', 1)])],
    /wr/,
  ],
  'lost update': [
    [t('A', [read('x'), append('x', 1)]), t('B', [read('x'), append('x', 2)]), t('C', [read('x', 1, 2)])],
    /rw x/,
  ],
  'read skew': [
    [t('A', [read('x'), read('y', 1)]), t('B', [append('x', 1), append('y', 1)]), t('C', [read('x', 1)])],
    /rw x/,
  ],
  'write skew': [[t('A', [read('x'), append('y', 1)]), t('B', [read('y'), append('x', 1)])], /rw/],
  'long fork': [
    [
      t('A', [append('x', 1)]),
      t('B', [append('y', 1)]),
      t('C', [read('x', 1), read('y')]),
      t('D', [read('x'), read('y', 1)]),
    ],
    /rw/,
  ],
  'stale read': [
    [t('A', [append('x', 1)], { returned: 1 }), t('B', [read('x')], { invoked: 2 }), t('C', [read('x', 1)])],
    /real time/,
  ],
  'acknowledged append lost': [
    [t('A', [append('x', 1)], { returned: 1 }), t('B', [read('x')], { invoked: 2 })],
    /real time/,
  ],
  'orders that do not agree': [
    [t('A', [append('x', 1)]), t('B', [append('x', 2)]), t('C', [read('x', 1)]), t('D', [read('x', 2, 1)])],
    /incompatible/,
  ],
  'element of nobody': [[t('A', [read('x', 7)])], /nobody/],
  twice: [[t('A', [append('x', 1)]), t('B', [read('x', 1, 1)])], /duplicates/],
  'own append not seen': [[t('A', [append('x', 1), read('x')])], /within A/],
  'not repeatable': [[t('A', [append('x', 1)]), t('B', [read('x'), read('x', 1)])], /within B/],
}

test.each(Object.entries(good))('good: %s', (_, history) => {
  expect(anomalies(history)).toEqual([])
})

test.each(Object.entries(bad))('bad: %s', (_, [history, problem]) => {
  expect(anomalies(history).join('\n')).toMatch(problem)
})

test('registers: a lost update', () => {
  const steps = (write: number) => [{ key: 'x', read: null, write }]
  const of = (name: string, write: number) =>
    ({ name, invoked: 0, returned: 9, outcome: 'ok', steps: steps(write) }) as const
  expect(registersAsLists([of('A', 1), of('B', 2)]).lost).toHaveLength(1)
  const chain = { ...of('B', 2), steps: [{ key: 'x', read: 1, write: 2 }] }
  const { history, lost } = registersAsLists([of('A', 1), chain])
  expect(lost).toEqual([])
  expect(history[1]?.ops).toEqual([read('x', 1), append('x', 2)])
})

test('timestamps: order, uniqueness, real time', () => {
  const a = t('A', [append('x', 1)], { ts: 10, returned: 1 })
  const after = { invoked: 2 }
  expect(contradictions([a, t('B', [read('x', 1)], { ts: 10, ...after })])).toEqual([])
  expect(contradictions([a, t('B', [read('x')], { ts: 11 })])).toHaveLength(1)
  expect(contradictions([a, t('B', [append('x', 2)], { ts: 10 })])).toHaveLength(1)
  expect(contradictions([a, t('B', [append('x', 2)], { ts: 9, ...after })])).not.toEqual([])
})

/** A history made by running random transactions one after the other, their real times spread around those moments. */
const serial = fc
  .array(
    fc.record({
      ops: fc.array(fc.record({ key: fc.constantFrom('x', 'y', 'z'), append: fc.boolean() }), {
        maxLength: 4,
      }),
      early: fc.integer({ min: 0, max: 5 }),
      late: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 40 },
  )
  .map((plans): Transaction[] => {
    const lists = new Map<string, number[]>()
    let value = 0
    return plans.map(({ ops, early, late }, i) => ({
      name: `T${i}`,
      invoked: i - early,
      returned: i + late,
      outcome: 'ok',
      ts: i + 1,
      ops: ops.map(({ key, append: appends }): Op => {
        const list = lists.get(key) ?? []
        if (!appends) return read(key, ...list)
        lists.set(key, [...list, ++value])
        return append(key, value)
      }),
    }))
  })

test('every serial history is good', () => {
  fc.assert(
    fc.property(serial, (history) => {
      expect(anomalies(history)).toEqual([])
      expect(contradictions(history)).toEqual([])
    }),
  )
})
