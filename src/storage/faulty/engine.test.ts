import { expect, test } from 'vitest'
import { storageContract } from '../contract.ts'
import type { CommitRequest, Snapshot } from '../engine.ts'
import { MemoryData, MemoryEngine } from '../memory/engine.ts'
import { FaultyEngine, StoreCrashed, StoreFailure } from './engine.ts'

const places = new Map<string, MemoryData>()

storageContract('faulty memory', async (place, options) => {
  const data = places.get(place) ?? new MemoryData()
  places.set(place, data)
  return new FaultyEngine(new MemoryEngine({ ...options, data }), { seed: places.size })
})

const writing = (snapshot: Snapshot, key: string): CommitRequest => ({
  snapshot,
  readKeys: [],
  readRanges: [],
  writes: [{ key, value: new Uint8Array([1]) }],
})

test('every read answers with a promise', async () => {
  const engine = new FaultyEngine(new MemoryEngine(), { maxTurns: 0 })
  const begun = engine.begin()
  expect(begun).toBeInstanceOf(Promise)
  const snapshot = await begun
  expect(snapshot.get('a')).toBeInstanceOf(Promise)
  expect(snapshot.scan({ start: 'a', end: 'b' }, { limit: 1 })).toBeInstanceOf(Promise)
})

test('fails when told to, as often as told', async () => {
  const engine = new FaultyEngine(new MemoryEngine())
  const snapshot = await engine.begin()
  engine.failNext('get', 2)
  await expect(snapshot.get('a')).rejects.toThrow(StoreFailure)
  await expect(snapshot.get('a')).rejects.toThrow(StoreFailure)
  expect(await snapshot.get('a')).toBeUndefined()
})

test('a commit that fails or is under way in a crash may have happened or not', async () => {
  const outcomes = new Set<string>()
  for (let seed = 0; seed < 40; seed++) {
    const data = new MemoryData()
    const engine = new FaultyEngine(new MemoryEngine({ data }), { seed })
    const snapshot = await engine.begin()
    engine.failNext('commit')
    await expect(engine.commit(writing(snapshot, 'failed'))).rejects.toThrow(StoreFailure)
    const committing = engine.commit(writing(snapshot, 'crashed'))
    for (let turns = seed % 4; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
    engine.crash()
    await committing.catch((error) => expect(error).toBeInstanceOf(StoreCrashed))
    await expect(engine.begin()).rejects.toThrow(StoreCrashed)
    const after = await new MemoryEngine({ data }).begin()
    for (const key of ['failed', 'crashed']) outcomes.add(`${key} ${(await after.get(key)) !== undefined}`)
  }
  expect(outcomes.size).toBe(4)
})

test('repeats itself for the same seed', async () => {
  const run = async (seed: number) => {
    const engine = new FaultyEngine(new MemoryEngine(), { seed, failureRate: 0.3 })
    const results: string[] = []
    for (let i = 0; i < 30; i++) results.push(await engine.begin().then(String, String))
    return results.join()
  }
  expect(await run(7)).toBe(await run(7))
  expect(await run(7)).not.toBe(await run(8))
})
