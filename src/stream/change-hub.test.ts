import { setTimeout } from 'node:timers/promises'
import { beforeEach, expect, test, vi } from 'vitest'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import { ChangeHub } from './change-hub.ts'

let storage: MemoryEngine
let hub: ChangeHub
beforeEach(() => {
  storage = new MemoryEngine()
  hub = new ChangeHub(storage)
})

const commit = (prefix: string) => runTransaction(storage, (t) => t.putStamped(prefix, new Uint8Array(8)))
const woken = async (wake: ReturnType<typeof vi.fn>, times: number) => {
  await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(times))
  await setTimeout(20)
  expect(wake).toHaveBeenCalledTimes(times)
}

test('wakes those whose log has grown, and no others', async () => {
  const [a, alsoA, b] = [vi.fn(), vi.fn(), vi.fn()]
  hub.follow('ca', a)
  hub.follow('ca', alsoA)
  hub.follow('cb', b)
  await commit('ca')
  await Promise.all([woken(a, 1), woken(alsoA, 1), woken(b, 0)])
  await commit('cc')
  await commit('cb')
  await Promise.all([woken(a, 1), woken(b, 1)])
})

test('commits in quick succession share a look', async () => {
  const wake = vi.fn()
  hub.follow('ca', wake)
  const scans = vi.spyOn(storage, 'begin')
  for (let i = 0; i < 200; i++) await commit('ca')
  await vi.waitFor(() => expect(wake).toHaveBeenCalled())
  await setTimeout(50)
  expect(scans.mock.calls.length - 200).toBeLessThan(100)
})

test('no commit is missed', async () => {
  let stale = false
  hub.follow('ca', () => {
    stale = true
  })
  for (let i = 0; i < 50; i++) {
    stale = false
    await commit('ca')
    await vi.waitFor(() => expect(stale).toBe(true), { interval: 1 })
  }
})

test('listens only while somebody follows', async () => {
  const listen = vi.spyOn(storage, 'onCommit')
  const wake = vi.fn()
  const stop = hub.follow('ca', wake)
  stop()
  await commit('ca')
  await woken(wake, 0)
  hub.follow('ca', wake)
  await commit('ca')
  await woken(wake, 1)
  expect(listen).toHaveBeenCalledTimes(2)
})

test('a store that cannot be read wakes all', async () => {
  const wake = vi.fn()
  hub.follow('ca', wake)
  vi.spyOn(storage, 'begin').mockRejectedValueOnce(new Error('disk') as never)
  storage.onCommit(() => {})
  await storage.commit({
    snapshot: await new MemoryEngine().begin(),
    readKeys: [],
    readRanges: [],
    writes: [{ stampedPrefix: 'cz', value: new Uint8Array() }],
  })
  await woken(wake, 1)
})
