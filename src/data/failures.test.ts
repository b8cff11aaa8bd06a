import { expect, it } from 'vitest'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import type { Collection } from './collection.ts'
import { type Operation, operationText, refuse } from './failures.ts'

const collection = (name: string, user: boolean, named: boolean) => ({ name, user, named }) as Collection
const boat = collection('Boat', true, false)
const role = collection('Role', false, true)
const key = collection('Key', false, false)

it.each<[Operation, string]>([
  [{ verb: 'create', collection: boat, key: undefined }, 'Failed to create document in collection `Boat`.'],
  [
    { verb: 'update', collection: boat, key: 5n },
    'Failed to update document with id 5 in collection `Boat`.',
  ],
  [
    { verb: 'delete', collection: boat, key: 5n },
    'Failed to delete document with id 5 in collection `Boat`.',
  ],
  [{ verb: 'create', collection: role, key: undefined }, 'Failed to create Role.'],
  [{ verb: 'update', collection: role, key: 'r' }, 'Failed to update Role `r`.'],
  [{ verb: 'delete', collection: key, key: 5n }, 'Failed to delete Key with id 5.'],
])('%#', (operation, text) => {
  expect(operationText(operation)).toBe(text)
})

it('no failure refuses nothing; one of the whole document has no path', () => {
  const operation: Operation = { verb: 'create', collection: boat, key: undefined }
  refuse(operation, [])
  try {
    refuse(operation, [
      { path: [], message: 'a' },
      { path: ['x', 0], message: 'b' },
    ])
    expect.unreachable()
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error
    expect(error.details.constraintFailures).toEqual([
      { paths: [], message: 'a' },
      { paths: [['x', 0]], message: 'b' },
    ])
  }
})
