import { expect, it, vi } from 'vitest'
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { DocKey } from '#src/fql/values/document.ts'
import type { Collection } from './collection.ts'
import { DecidedReads, type Found } from './decided-reads.ts'

const rights = ['one', 'other'].map((label) => ({ label }) as AccessPermissions)
const collections = ['Boat', 'Crew'].map((name) => ({ name }) as Collection)
type Ask = readonly [rights: 0 | 1, collection: 0 | 1, key: DocKey, time?: string]

it.each<[string, Ask, Ask, number]>([
  ['the same document', [0, 0, 1n], [0, 0, 1n], 1],
  ['another document', [0, 0, 1n], [0, 0, 2n], 2],
  ['a name', [0, 0, 'a'], [0, 0, 'a'], 1],
  ['another collection', [0, 0, 1n], [0, 1, 1n], 2],
  ['other rights', [0, 0, 1n], [1, 0, 1n], 2],
  ['another time', [0, 0, 1n], [0, 0, 1n, '5/undefined'], 2],
  ['the same time', [0, 0, 1n, '5/undefined'], [0, 0, 1n, '5/undefined'], 1],
])('%s', (_name, first, second, decisions) => {
  const reads = new DecidedReads()
  const decide = vi.fn((): Found => 'not found')
  for (const [r, c, key, time] of [first, second])
    expect(reads.find(rights[r] as AccessPermissions, collections[c] as Collection, key, time, decide)).toBe(
      'not found',
    )
  expect(decide).toHaveBeenCalledTimes(decisions)
})

it('a decision under way is waited for, one that is made is answered at once', async () => {
  const reads = new DecidedReads()
  const decide = vi.fn(() => Promise.resolve<Found>('permission denied'))
  const ask = () =>
    reads.find(rights[0] as AccessPermissions, collections[0] as Collection, 1n, undefined, decide)
  const both = [ask(), ask()]
  expect(await Promise.all(both)).toEqual(['permission denied', 'permission denied'])
  expect(ask()).toBe('permission denied')
  expect(decide).toHaveBeenCalledTimes(1)
})
