import { beforeEach, expect, test } from 'vitest'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { ContendedTransaction } from './errors.ts'
import { runTransaction } from './run.ts'
import type { Transaction } from './transaction.ts'

const counter = (n: number) => new Uint8Array([n])

let engine: MemoryEngine
beforeEach(() => {
  engine = new MemoryEngine()
})

async function increment(t: Transaction): Promise<number> {
  const n = ((await t.get('n'))?.value[0] ?? 0) + 1
  await undefined
  t.put('n', counter(n))
  return n
}

const disturb = () => runTransaction(engine, (t) => t.put('n', counter(0)))

test('concurrent increments all count', async () => {
  const runs = Array.from({ length: 20 }, () => runTransaction(engine, increment, { maxAttempts: 100 }))
  const results = await Promise.all(runs)
  expect(results.map((r) => r.value).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, i) => i + 1),
  )
  expect(new Set(results.map((r) => r.ts)).size).toBe(20)
})

test('tells the attempt and ends contended, naming the key', async () => {
  const attempts: number[] = []
  const run = runTransaction(
    engine,
    async (t, attempt) => {
      attempts.push(attempt)
      await increment(t)
      await disturb()
    },
    { maxAttempts: 3, random: () => 0 },
  )
  await expect(run).rejects.toThrow(ContendedTransaction)
  await expect(run).rejects.toMatchObject({ key: 'n', attempts: 3 })
  expect(attempts).toEqual([1, 2, 3])
})

test('starts no attempt after the deadline', async () => {
  const body = async (t: Transaction) => {
    await increment(t)
    await disturb()
  }
  const run = runTransaction(engine, body, { deadline: performance.now() - 1 })
  await expect(run).rejects.toMatchObject({ attempts: 1 })
})

test('a body that only reads commits nothing and never conflicts', async () => {
  await disturb()
  let commits = 0
  engine.onCommit(() => commits++)
  const result = await runTransaction(engine, async (t) => {
    const before = await t.get('n')
    await disturb()
    return before?.value[0]
  })
  expect(result).toMatchObject({ value: 0, wrote: false, attempts: 1 })
  expect(commits).toBe(1)
})

test('a body that throws writes nothing and is not tried again', async () => {
  let attempts = 0
  const run = async () =>
    runTransaction(engine, (t) => {
      attempts++
      t.put('n', counter(9))
      throw new Error('no')
    })
  await expect(run()).rejects.toThrow('no')
  expect(attempts).toBe(1)
  const read = await runTransaction(engine, (t) => t.get('n'))
  expect(read.value).toBeUndefined()
})
