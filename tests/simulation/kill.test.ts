/** A process that writes under load is killed; whatever it had acknowledged must be there, and nothing by halves. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import type { Entry, Key, Snapshot, Timestamp } from '#src/storage/engine.ts'
import { seeded } from '#src/storage/faulty/seeded.ts'
import { readSafeU64 } from '#src/storage/keys/fixed.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'
import { CLIENTS, KEYS_PER_CLIENT, logPrefix, longKey, longPrefix, numberOf, partKey } from './kill-layout.ts'

const ROUNDS = process.env['VIVARIUM_LONG'] ? 100 : 4
const seed = Number(process.env['VIVARIUM_SEED'] ?? (process.env['VIVARIUM_LONG'] ? Date.now() % 1e6 : 1))
const random = seeded(seed)

const directory = mkdtempSync(join(tmpdir(), 'vivarium-kill-'))
afterAll(() => rmSync(directory, { recursive: true }))

interface Acknowledged {
  readonly n: number
  readonly ts: Timestamp
}

/** Lets a child write for a while and kills it; answers each client's last acknowledged commit. */
async function writeAndKill(path: string): Promise<Map<number, Acknowledged>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-writer.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  await setTimeout(random() * 250)
  child.kill('SIGKILL')
  await closed
  return lastLines(output)
}

function lastLines(output: string): Map<number, Acknowledged> {
  const last = new Map<number, Acknowledged>()
  // What follows the last line break was cut off by the kill.
  for (const line of output.split('\n').slice(0, -1)) {
    const [client, n, ts] = line.split(' ').map(Number) as [number, number, number]
    last.set(client, { n, ts })
  }
  return last
}

async function all(snapshot: Snapshot, prefix: Key): Promise<Entry[]> {
  const out: Entry[] = []
  for (let range = prefixRange(prefix); ; ) {
    const { entries, done } = await snapshot.scan(range, { limit: 1000 })
    out.push(...entries)
    if (done) return out
    range = rest(range, (entries.at(-1) as Entry).key, false)
  }
}

async function checkClient(
  snapshot: Snapshot,
  client: number,
  acknowledged: Acknowledged | undefined,
): Promise<number> {
  const parts: (Entry | undefined)[] = []
  for (let part = 0; part < KEYS_PER_CLIENT; part++) parts.push(await snapshot.get(partKey(client, part)))
  const n = numberOf(parts[0])
  // At most the one commit that was under way may have happened without being acknowledged.
  if (acknowledged) expect([acknowledged.n, acknowledged.n + 1]).toContain(n)
  if (acknowledged?.n === n) expect(parts[0]?.ts).toBe(acknowledged.ts)
  expect(parts.map(numberOf)).toEqual(parts.map(() => n))
  expect(new Set(parts.map((p) => p?.ts)).size).toBe(1)
  const long = await all(snapshot, longPrefix(client))
  expect(long.map((e) => e.key)).toEqual(n ? [longKey(client, n)] : [])
  const log = await all(snapshot, logPrefix(client))
  expect(log.map(numberOf)).toEqual(Array.from({ length: n }, (_, i) => i + 1))
  for (const { key, ts } of log) expect(readSafeU64(key, logPrefix(client).length)).toBe(ts)
  return n
}

test(`everything acknowledged survives kill -9, ${ROUNDS} times (seed ${seed})`, async () => {
  const path = join(directory, 'store')
  let total = 0
  let lastTs = 0
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeAndKill(path)
    const engine = new LmdbEngine(path)
    const snapshot = await engine.begin()
    let sum = 0
    for (let client = 0; client < CLIENTS; client++) {
      sum += await checkClient(snapshot, client, acknowledged.get(client))
    }
    for (const { ts } of acknowledged.values()) expect(ts).toBeGreaterThan(lastTs)
    lastTs = Math.max(snapshot.ts, lastTs)
    expect(sum).toBeGreaterThan(total)
    total = sum
    snapshot.release()
    await engine.close()
  }
}, 600_000)
