/** The storage engines that a server can be started with. Each is loaded only when it is asked for. */
import { resolve } from 'node:path'
import type { StorageEngine } from '#src/storage/engine.ts'
import { lockFolder } from './folder-lock.ts'

export const engineNames = ['lmdb', 'memory'] as const
export type EngineName = (typeof engineNames)[number]

export interface OpenStorage {
  readonly storage: StorageEngine
  /** Where the data is, for the user. */
  readonly place: string
  /** To be called after the engine is closed. */
  release(): void
}

/** Throws `CliError` when the folder is in use or cannot be written. */
export async function openStorage(engine: EngineName, folder: string): Promise<OpenStorage> {
  if (engine === 'memory') {
    const { MemoryEngine } = await import('#src/storage/memory/engine.ts')
    return { storage: new MemoryEngine(), place: 'in memory, gone when this process ends', release() {} }
  }
  const path = resolve(folder)
  const release = lockFolder(path)
  const { LmdbEngine } = await import('#src/storage/lmdb/engine.ts')
  return { storage: new LmdbEngine({ path }), place: `${path} (${engine})`, release }
}
