import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StorageEngine } from '#src/storage/engine.ts'
import { FaultyEngine } from '#src/storage/faulty/engine.ts'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'

export interface TestEngine {
  readonly storage: StorageEngine
  /** Once its data is to be gone; after the store was closed. */
  cleanUp(): void
}

const nothing = () => {}

/** Every kind of store that a server can run on, and one that answers late. */
export const engines: Readonly<Record<string, (seed: number) => TestEngine>> = {
  memory: () => ({ storage: new MemoryEngine(), cleanUp: nothing }),
  lmdb: () => {
    const folder = mkdtempSync(join(tmpdir(), 'vivarium-test-'))
    return { storage: new LmdbEngine(folder), cleanUp: () => rmSync(folder, { recursive: true }) }
  },
  late: (seed) => ({ storage: new FaultyEngine(new MemoryEngine(), { seed }), cleanUp: nothing }),
}
