import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Key } from '../engine.ts'
import { GroupWriter } from './group-writer.ts'
import { Reader } from './reader.ts'
import { Tables } from './tables.ts'

describe('groups of commits', () => {
  let folder: string
  let tables: Tables
  let writer: GroupWriter
  let reader: Reader
  let ts: number

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'group-writer-'))
    tables = new Tables(folder)
    reader = new Reader(tables)
    writer = new GroupWriter(tables, reader)
    ts = 0
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await tables.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const commit = (key: Key): Promise<void> =>
    new Promise((resolve, reject) => {
      const writes = new Map([[key, Buffer.from('value')]])
      writer.commit({ ts: ++ts, writes }, (error) => (error === undefined ? resolve() : reject(error)))
    })

  test('each is told when it is there', async () => {
    const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`)
    const told: Key[] = []
    await Promise.all(
      keys.map(async (key) => {
        await commit(key)
        expect(reader.get(key, ts)).toBeDefined()
        told.push(key)
      }),
    )
    expect(told).toEqual(keys)
  })

  test('are few, however many commits there are', async () => {
    const write = vi.spyOn(tables, 'write')
    await Promise.all(Array.from({ length: 100 }, (_, i) => commit(`key ${i}`)))
    expect(write.mock.calls.length).toBeLessThanOrEqual(3)
  })

  test('what fails while a group is made fails its commits, and those after go on', async () => {
    const broken = vi.spyOn(tables.short.latest, 'get').mockImplementation(() => {
      throw new Error('the disk')
    })
    // As many as set out at once, and some that wait for them.
    const failing = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => commit(`key ${i}`)))
    expect(failing.map((f) => f.status)).toEqual(failing.map(() => 'rejected'))
    broken.mockRestore()
    await commit('after')
    expect(reader.get('after', ts)).toBeDefined()
    await writer.idle()
  })

  test('idle waits for what has not set out', async () => {
    let done = false
    void commit('key').then(() => {
      done = true
    })
    await writer.idle()
    expect(done).toBe(true)
  })
})
