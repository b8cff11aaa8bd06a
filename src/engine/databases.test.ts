import { beforeEach, describe, expect, it } from 'vitest'
import { databaseKey, documentKey, documentPrefix, ROOT_DATABASE } from '#src/data/keys.ts'
import { SYSTEM_IDS } from '#src/data/system/ids.ts'
import { encodeVersion } from '#src/data/value-codec.ts'
import type { Value } from '#src/fql/values/value.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { databaseSettings, isAlive, isWithin, parentOf } from './databases.ts'

const encoded = (fields: Readonly<Record<string, Value>>) =>
  encodeVersion({ ttl: undefined, fields: new Map(Object.entries(fields)), internal: new Map() })

function place(tx: Transaction, id: bigint, parent: bigint, settings: Readonly<Record<string, Value>>): void {
  tx.put(databaseKey(id), encoded({ parent: BigInt.asIntN(64, parent), document: id }))
  tx.put(documentKey(documentPrefix(parent, SYSTEM_IDS.Database), BigInt.asIntN(64, id)), encoded(settings))
}

/** Above 2^63: global ids are unsigned, stored integers are not. */
const BIG = 2n ** 63n + 5n

/** root ─ 1 (protected, not checked) ─ 2 ─ 3 (not protected); root ─ BIG ─ 6; 8 below 7, which is gone. */
let storage: MemoryEngine
beforeEach(async () => {
  storage = new MemoryEngine()
  await runTransaction(storage, (tx) => {
    place(tx, 1n, ROOT_DATABASE, { name: 'one', protected: true, typechecked: false })
    place(tx, 2n, 1n, { name: 'two' })
    place(tx, 3n, 2n, { name: 'three', protected: false })
    place(tx, BIG, ROOT_DATABASE, { name: 'big' })
    place(tx, 6n, BIG, { name: 'six' })
    place(tx, 8n, 7n, { name: 'eight' })
  })
})
const read = async <T>(f: (tx: Transaction) => T | Promise<T>): Promise<T> =>
  (await runTransaction(storage, f)).value

describe('the tree', () => {
  it.each([
    [ROOT_DATABASE, true, undefined],
    [1n, true, ROOT_DATABASE],
    [3n, true, 2n],
    [6n, true, BIG],
    [8n, false, 7n],
    [9n, false, undefined],
  ])('%s is alive: %s; its parent', async (database, alive, parent) => {
    expect(await read((tx) => isAlive(tx, database))).toBe(alive)
    expect(await read((tx) => parentOf(tx, database))).toBe(parent)
  })

  it.each([
    [1n, 1n, true],
    [3n, 1n, true],
    [3n, ROOT_DATABASE, true],
    [6n, BIG, true],
    [1n, 3n, false],
    [6n, 1n, false],
    [8n, ROOT_DATABASE, false],
    [ROOT_DATABASE, 1n, false],
  ])('%s is %s or below it: %s', async (database, ancestor, within) => {
    expect(await read((tx) => isWithin(tx, database, ancestor))).toBe(within)
  })

  it('a database below one that is deleted is gone', async () => {
    await runTransaction(storage, (tx) => tx.delete(databaseKey(1n)))
    expect(await read((tx) => isAlive(tx, 3n))).toBe(false)
  })
})

describe('settings come from the nearest database that has one', () => {
  it.each([
    [ROOT_DATABASE, true, false],
    [1n, false, true],
    [2n, false, true],
    [3n, false, false],
    [6n, true, false],
    [9n, true, false],
  ])('%s is typechecked: %s, protected: %s', async (database, typechecked, isProtected) => {
    expect(await read((tx) => databaseSettings.isTypechecked(tx, database))).toBe(typechecked)
    expect(await read((tx) => databaseSettings.isProtected(tx, database))).toBe(isProtected)
  })

  it.each([
    [1n, 'one'],
    [BigInt.asIntN(64, BIG), 'big'],
    [9n, undefined],
  ])('the name of %s', async (database, name) => {
    expect(await read((tx) => databaseSettings.nameOf(tx, database))).toBe(name)
  })
})
