/** Operations per second of the storage engines: `node bench/storage.ts [memory|lmdb]…`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Entry, Key, Snapshot, StorageEngine } from '#src/storage/engine.ts'
import { encodeKey } from '#src/storage/keys/codec.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'

const DOCUMENTS = 100_000
const PER_GROUP = 16
const MILLISECONDS = 1000
const value = Buffer.alloc(300, 'v')

const documentKey = (i: number): Key => encodeKey(['doc', 1030, i])
const indexPrefix = (group: number): Key => encodeKey(['index', 1030, 'byAuthor', group])
const keys = Array.from({ length: DOCUMENTS }, (_, i) => documentKey(i))
const prefixes = Array.from({ length: DOCUMENTS / PER_GROUP }, (_, i) => indexPrefix(i))

async function fill(engine: StorageEngine): Promise<void> {
  for (let from = 0; from < DOCUMENTS; from += 5000) {
    await runTransaction(engine, (t) => {
      for (let i = from; i < from + 5000; i++) {
        t.put(documentKey(i), value)
        t.put(indexPrefix(Math.floor(i / PER_GROUP)) + encodeKey([i]), new Uint8Array())
      }
    })
  }
}

let turn = 0
const next = (n: number): number => (turn = (turn + 7919) % n)

function report(engine: string, work: string, count: number, started: number): void {
  const rate = Math.round((count / (performance.now() - started)) * 1000)
  console.log(`${engine.padEnd(8)}${work.padEnd(34)}${rate.toLocaleString('en').padStart(12)} /s`)
}

async function reads(
  engine: StorageEngine,
  work: string,
  read: (snapshot: Snapshot) => unknown,
): Promise<void> {
  for (const last of [false, true]) {
    const started = performance.now()
    let count = 0
    while (performance.now() - started < MILLISECONDS / 2) {
      const snapshot = await engine.begin()
      for (let i = 0; i < 100; i++) await read(snapshot)
      snapshot.release()
      count += 100
    }
    if (last) report(engine.name, work, count, started)
  }
}

async function commits(
  engine: StorageEngine,
  clients: number,
  work: string,
  run: () => Eventual<unknown>,
): Promise<void> {
  const started = performance.now()
  let count = 0
  const client = async () => {
    for (; performance.now() - started < MILLISECONDS; count++) await run()
  }
  await Promise.all(Array.from({ length: clients }, client))
  report(engine.name, `${work}, ${clients} clients`, count, started)
}

let created = DOCUMENTS
const create = (engine: StorageEngine) =>
  runTransaction(engine, (t) => {
    const i = created++
    t.get(documentKey(i))
    t.put(documentKey(i), value)
    for (let index = 0; index < 3; index++) t.put(encodeKey(['index', index, i % 997, i]), new Uint8Array())
  })
const update = (engine: StorageEngine) =>
  runTransaction(engine, async (t) => {
    const key = keys[next(DOCUMENTS)] as Key
    const entry = (await t.get(key)) as Entry
    t.put(key, entry.value)
  })

async function measure(engine: StorageEngine): Promise<void> {
  await fill(engine)
  await reads(engine, 'get', (s) => s.get(keys[next(DOCUMENTS)] as Key))
  await reads(engine, 'get, missing', (s) => s.get('missing'))
  await reads(engine, `scan of ${PER_GROUP}`, (s) =>
    s.scan(prefixRange(prefixes[next(prefixes.length)] as Key), { limit: PER_GROUP + 1 }),
  )
  await reads(engine, 'scan of 1000', (s) =>
    s.scan({ start: keys[next(90_000)] as Key, end: 'z' }, { limit: 1000 }),
  )
  await reads(engine, 'read-only transaction', () =>
    runTransaction(engine, (t) => t.get(keys[next(DOCUMENTS)] as Key)),
  )
  for (const clients of [1, 32]) {
    await commits(engine, clients, 'create (4 keys)', () => create(engine))
    await commits(engine, clients, 'update', () => update(engine))
  }
  await reads(engine, 'get, after updates', (s) => s.get(keys[next(DOCUMENTS)] as Key))
}

async function main(): Promise<void> {
  const names = process.argv.slice(2)
  const wanted = (name: string) => names.length === 0 || names.includes(name)
  if (wanted('memory')) await measure(new MemoryEngine())
  if (!wanted('lmdb')) return
  const directory = mkdtempSync(join(tmpdir(), 'vivarium-bench-'))
  const engine = new LmdbEngine(directory)
  await measure(engine)
  await engine.close()
  rmSync(directory, { recursive: true })
}

await main()
