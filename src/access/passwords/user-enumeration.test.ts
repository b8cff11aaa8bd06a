import { beforeEach, expect, test, vi } from 'vitest'
import { PasswordHasher } from '#src/access/passwords/hasher.ts'

/** Hashes computed since the last look: what a login costs, whatever else the machine does. */
const work = vi.hoisted(() => ({ verified: [] as string[] }))
vi.mock('@node-rs/argon2', async (original) => {
  const argon2 = await original<typeof import('@node-rs/argon2')>()
  return {
    ...argon2,
    verify: (hash: string, password: string) => {
      work.verified.push(hash.slice(0, hash.lastIndexOf('$', hash.lastIndexOf('$') - 1)))
      return argon2.verify(hash, password)
    },
  }
})

const hasher = new PasswordHasher({ params: { memory: 64, passes: 1, lanes: 1 }, concurrency: 1 })

beforeEach(() => {
  work.verified.length = 0
})

test('a missing credential costs the same hash as a wrong password', async () => {
  const stored = await hasher.hash('right')
  for (const hash of [stored, undefined, 'not a hash'])
    expect(await hasher.verify('guess', hash)).toEqual({ matches: false, needsUpgrade: false })
  const [wrong, ...others] = work.verified
  expect(others).toEqual([wrong, wrong])
})

test('no credential, no match', async () => {
  expect(await hasher.verify('', undefined)).toEqual({ matches: false, needsUpgrade: false })
})
