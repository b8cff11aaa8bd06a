import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { storageContract } from '../contract.ts'
import { LmdbEngine } from './engine.ts'
import { StoreInUse } from './tables.ts'

const directory = mkdtempSync(join(tmpdir(), 'vivarium-lmdb-'))
afterAll(() => rmSync(directory, { recursive: true }))

storageContract('lmdb', async (place, options) => new LmdbEngine(join(directory, place), options))

test('is open only once, in this process and in others', async () => {
  const path = join(directory, 'once')
  const engine = new LmdbEngine(path)
  expect(() => new LmdbEngine(path)).toThrow(StoreInUse)
  const module = join(import.meta.dirname, 'engine.ts')
  const script = `new (await import(${JSON.stringify(module)})).LmdbEngine(${JSON.stringify(path)})`
  const other = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(other.stderr).toContain(`already open in process ${process.pid}`)
  await engine.close()
  const again = new LmdbEngine(path)
  await again.close()
})
