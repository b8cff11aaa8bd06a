import { expect, it } from 'vitest'
import type { DatabaseHost } from '#src/data/database-host.ts'
import { DatabaseSchema } from '#src/data/database-schema.ts'
import {
  counterKey,
  documentKey,
  documentPrefix,
  filesPrefix,
  indexPrefix,
  schemaKey,
} from '#src/data/keys.ts'
import { SYSTEM_IDS } from '#src/data/system/ids.ts'
import { SYSTEM_COLLECTIONS } from '#src/data/system/index.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { contentionText } from './contention.ts'

const DATABASE = 5n
const nothing = { collections: [], functions: [], roles: [], accessProviders: [] }
const schema = new DatabaseSchema(DATABASE, 0, SYSTEM_COLLECTIONS, nothing, {
  stamp: 0,
  builds: new Map(),
  staged: undefined,
})
const host = { schema } as DatabaseHost
const BASE = 'Transaction was aborted due to detection of concurrent modification'

it.each<[string, string | undefined, string]>([
  ['no key', undefined, `${BASE}.`],
  ['a schema', schemaKey(DATABASE), `${BASE}s to schema.`],
  ['a schema file', filesPrefix(DATABASE), `${BASE}s to schema.`],
  ['the numbers of indexes', counterKey(DATABASE), `${BASE}s to schema.`],
  ['a role', documentKey(documentPrefix(DATABASE, SYSTEM_IDS.Role), 12n), `${BASE}s to schema.`],
  ['a document', documentKey(documentPrefix(DATABASE, SYSTEM_IDS.Key), 12n), `${BASE}s to Key(12).`],
  ['one of an unknown collection', documentKey(documentPrefix(DATABASE, 9999), 12n), `${BASE}.`],
  ['one of another database', documentKey(documentPrefix(6n, SYSTEM_IDS.Key), 12n), `${BASE}.`],
  ['an index entry', `${indexPrefix(DATABASE, SYSTEM_IDS.Key, 1)}x`, `${BASE}.`],
])('%s', async (_name, key, text) => {
  expect(await contentionText(new MemoryEngine(), host, key)).toBe(text)
})

it('who has not logged in learns of no collection', async () => {
  expect(
    await contentionText(
      new MemoryEngine(),
      undefined,
      documentKey(documentPrefix(DATABASE, SYSTEM_IDS.Key), 12n),
    ),
  ).toBe(`${BASE}.`)
})
