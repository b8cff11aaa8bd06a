/** The storage engines that a server can be started with. Each is loaded only when it is asked for. */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StorageEngine } from '#src/storage/engine.ts'
import { CliError } from './cli-error.ts'

export const engineNames = ['lmdb', 'memory'] as const
export type EngineName = (typeof engineNames)[number]

export interface OpenStorage {
  readonly storage: StorageEngine
  /** Where the data is, for the user. */
  readonly place: string
}

/** Throws `CliError` when the folder is in use or cannot be written. */
export async function openStorage(engine: EngineName, folder: string): Promise<OpenStorage> {
  if (engine === 'memory') {
    const { MemoryEngine } = await import('#src/storage/memory/engine.ts')
    return { storage: new MemoryEngine(), place: 'in memory, gone when this process ends' }
  }
  const path = resolve(folder)
  return { storage: await openLmdb(path), place: `${path} (${engine})` }
}

async function openLmdb(path: string): Promise<StorageEngine> {
  const { LmdbEngine } = await import('#src/storage/lmdb/engine.ts')
  try {
    // The data belongs to this user alone.
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return new LmdbEngine(path)
  } catch (error) {
    throw new CliError(`cannot use the folder ${path}: ${(error as Error).message}`)
  }
}
