import { describe, expect, it } from 'vitest'
import type { Entry } from '#src/storage/engine.ts'
import { OperationCosts, setPass } from './operation-costs.ts'

const chunk = (count: number) => ({
  entries: Array.from({ length: count }, (): Entry => ({ key: 'k', value: new Uint8Array(1), ts: 0 })),
  done: true,
})

describe('read ops of all documents of a collection', () => {
  it.each([
    [0, 8],
    [1, 8],
    [16_000, 172],
    // FQL2MetricsSpec, "paginate large set": each page is rounded up by itself.
    [16_016, 180],
  ])('%i documents: %i', (count, ops) => {
    const costs = new OperationCosts()
    const pass = setPass('all')
    for (let left = count; left > 0; left -= 500) costs.entries(8, true, pass, chunk(Math.min(left, 500)))
    costs.entries(8, true, pass, chunk(0))
    expect(costs.readOps).toBe(ops)
  })
})

describe('a pass of the same name', () => {
  it.each([
    [[10, 10], 8],
    [[10, 200], 10],
    [[200, 10], 10],
  ])('%j entries: %i', (counts, ops) => {
    const costs = new OperationCosts()
    for (const count of counts) costs.entries(8, true, setPass('all'), chunk(count))
    expect(costs.readOps).toBe(ops)
  })
})
