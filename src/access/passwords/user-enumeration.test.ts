import { expect, test } from 'vitest'
import { PasswordHasher } from '#src/access/passwords/hasher.ts'

const hasher = new PasswordHasher({ params: { memory: 8192, passes: 2, lanes: 1 }, concurrency: 1 })

async function milliseconds(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 9; i++) {
    const start = performance.now()
    await task()
    times.push(performance.now() - start)
  }
  return Math.min(...times)
}

test('a missing credential takes as long as a wrong password', async () => {
  const stored = await hasher.hash('right')
  const wrong = await milliseconds(() => hasher.verify('guess', stored))
  const missing = await milliseconds(() => hasher.verify('guess', undefined))
  const unreadable = await milliseconds(() => hasher.verify('guess', 'not a hash'))
  for (const other of [missing, unreadable]) expect(other / wrong).toBeGreaterThan(0.5)
  for (const other of [missing, unreadable]) expect(other / wrong).toBeLessThan(2)
})

test('no credential, no match', async () => {
  expect(await hasher.verify('', undefined)).toEqual({ matches: false, needsUpgrade: false })
})
