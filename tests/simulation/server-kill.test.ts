/**
 * The whole server is killed under load, again and again: what it had acknowledged is there when it is back, tokens work
 * or not as they did, nothing is done by halves, and indexes agree with documents.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { seeded } from '#src/storage/faulty/seeded.ts'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'
import { type Client, httpClient, mustQuery } from '../concurrency/client.ts'
import { auditStore } from './audit.ts'
import { startChildServer } from './child-server.ts'
import { LoadClient, setUp } from './server-load.ts'

const ROUNDS = process.env['VIVARIUM_LONG'] ? 60 : 3
const CLIENTS = 6
const seed = Number(process.env['VIVARIUM_SEED'] ?? (process.env['VIVARIUM_LONG'] ? Date.now() % 1e6 : 1))
const random = seeded(seed)
const folder = mkdtempSync(join(tmpdir(), 'vivarium-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** With the server dead: looks at the files. */
async function auditFiles(): Promise<string[]> {
  const storage = new LmdbEngine(folder)
  const problems = await auditStore(storage)
  await storage.close()
  return problems
}

/** What the indexes answer is what the documents say. */
async function checkIndexes(root: Client): Promise<void> {
  for (const [index, field] of [
    ['byParity(0)', 'parity == 0'],
    ['byParity(1)', 'parity == 1'],
    ['byLabel("red")', 'labels.includes("red")'],
  ]) {
    const fql = `let found = Note.${index}.map(.id).toArray().order()
      found == Note.all().toArray().filter(.${field}).map(.id).order()`
    expect(await mustQuery(root, fql)).toBe(true)
  }
}

test(`the server forgets nothing, ${ROUNDS} times (seed ${seed})`, async () => {
  const clients = Array.from({ length: CLIENTS }, (_, i) => new LoadClient(i, random))
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startChildServer(folder)
    const root = httpClient(server.url)
    if (round === 0) await mustQuery(root, setUp)
    const withSecret = (secret: string) => httpClient(server.url, secret)
    for (const client of clients) expect(await client.check(root, withSecret)).toEqual([])
    if (round > 0) await checkIndexes(root)
    const load = clients.map((client) => client.run(root))
    await setTimeout(100 + random() * 500)
    await server.kill()
    await Promise.all(load)
    expect(await auditFiles()).toEqual([])
  }
  expect(clients.every((c) => c.acknowledged > ROUNDS)).toBe(true)
}, 1_200_000)
