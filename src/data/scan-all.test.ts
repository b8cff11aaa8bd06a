import { expect, it } from 'vitest'
import { prefixRange } from '#src/storage/keys/range.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import { NO_BYTES } from './keys.ts'
import { eachChunk, scanAll } from './scan-all.ts'

const keys = Array.from({ length: 1000 }, (_, i) => `a${String(i).padStart(4, '0')}`)

async function filled(): Promise<MemoryEngine> {
  const storage = new MemoryEngine()
  await runTransaction(storage, (tx) => {
    for (const key of keys) tx.put(key, NO_BYTES)
    tx.put('b', NO_BYTES)
  })
  return storage
}

it('every entry of the range once, in order, and nothing of another', async () => {
  const storage = await filled()
  const read = async (prefix: string) =>
    (await runTransaction(storage, (tx) => scanAll(tx, prefixRange(prefix)))).value.map((e) => e.key)
  expect(await read('a')).toEqual(keys)
  expect(await read('c')).toEqual([])
})

it('chunks have the size that was asked for, until enough is read', async () => {
  const storage = await filled()
  const sizes: number[] = []
  await runTransaction(storage, (tx) =>
    eachChunk(
      tx,
      prefixRange('a'),
      (entries) => {
        sizes.push(entries.length)
        return sizes.length < 3
      },
      { limit: 10 },
    ),
  )
  expect(sizes).toEqual([10, 10, 10])
})

it('own writes are seen, also those made on the way', async () => {
  const storage = await filled()
  const { value } = await runTransaction(storage, async (tx) => {
    tx.delete(keys[0] as string)
    let count = 0
    await eachChunk(tx, prefixRange('a'), (entries) => {
      count += entries.length
      tx.put('a9999', NO_BYTES)
    })
    return count
  })
  expect(value).toBe(1000)
})
