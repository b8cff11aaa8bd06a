/** Many clients over a store that answers late, fails and crashes: what they observe must fit one order of commits. */
import { expect, test } from 'vitest'
import type { Entry, Timestamp } from '#src/storage/engine.ts'
import { FaultyEngine, StoreCrashed, StoreFailure } from '#src/storage/faulty/engine.ts'
import { seeded } from '#src/storage/faulty/seeded.ts'
import { encodeKey } from '#src/storage/keys/codec.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import { MemoryData, MemoryEngine } from '#src/storage/memory/engine.ts'
import { ContendedTransaction } from '#src/transaction/errors.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

const SEEDS = process.env['VIVARIUM_LONG'] ? 2000 : 40
const ACCOUNTS = 6
const CLIENTS = 5
const TRANSFERS = 12
const MONEY = 100
const ROOMS = 4
const SEATS = 3

const account = (i: number) => encodeKey(['account', i])
const money = (n: number) => Buffer.from(String(n))
const amount = (entry: Entry | undefined) => (entry ? Number(Buffer.from(entry.value).toString()) : 0)

/** What is visible of a run: each transfer that was acknowledged, or whose outcome is unknown. */
interface Run {
  readonly data: MemoryData
  readonly acknowledged: { readonly id: string; readonly ts: Timestamp }[]
  readonly unknown: Set<string>
}

async function total(transaction: Transaction): Promise<number> {
  let sum = 0
  for (let range = prefixRange(encodeKey(['account'])); ; ) {
    const { entries, done } = await transaction.scan(range, { limit: 2 })
    for (const entry of entries) sum += amount(entry)
    if (done) return sum
    range = rest(range, (entries.at(-1) as Entry).key, false)
  }
}

/** Moves money and writes a receipt; at times it opens or closes an account, so that scans meet phantoms. */
async function transfer(transaction: Transaction, id: string, random: () => number): Promise<void> {
  const from = account(Math.floor(random() * ACCOUNTS))
  const to = account(Math.floor(random() * ACCOUNTS))
  const available = amount(await transaction.get(from))
  const moved = random() < 0.2 ? available : Math.floor(random() * (available + 1))
  if (moved === available) transaction.delete(from)
  else transaction.put(from, money(available - moved))
  transaction.put(to, money(amount(await transaction.get(to)) + moved))
  if (random() < 0.3) expect(await total(transaction)).toBe(ACCOUNTS * MONEY)
  expect(await transaction.get(encodeKey(['receipt', id]))).toBeUndefined()
  transaction.put(encodeKey(['receipt', id]), money(moved))
  await takeSeat(transaction, id, random)
  transaction.putStamped(encodeKey(['log']), Buffer.from(id))
}

/** Takes a seat if the room has one: two that both saw the last one free, under different keys, must conflict. */
async function takeSeat(transaction: Transaction, id: string, random: () => number): Promise<void> {
  const room = encodeKey(['room', Math.floor(random() * ROOMS)])
  const { entries } = await transaction.scan(prefixRange(room), { limit: 100, reverse: random() < 0.5 })
  if (entries.length < SEATS) transaction.put(room + encodeKey([id]), money(1))
}

async function client(engine: FaultyEngine, run: Run, name: number, random: () => number): Promise<void> {
  for (let i = 0; i < TRANSFERS; i++) {
    const id = `${name}-${i}`
    try {
      const { ts } = await runTransaction(engine, (t) => transfer(t, id, random), {
        maxAttempts: 30,
        random: () => 0,
      })
      run.acknowledged.push({ id, ts })
    } catch (error) {
      if (error instanceof ContendedTransaction) continue
      run.unknown.add(id)
      if (error instanceof StoreCrashed) return
      if (!(error instanceof StoreFailure)) throw error
    }
  }
}

async function auditor(engine: FaultyEngine, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    try {
      const { value } = await runTransaction(engine, total)
      expect(value).toBe(ACCOUNTS * MONEY)
    } catch (error) {
      if (error instanceof StoreCrashed) return
      if (!(error instanceof StoreFailure)) throw error
    }
  }
}

async function simulate(seed: number): Promise<Run> {
  const random = seeded(seed)
  const run: Run = { data: new MemoryData(), acknowledged: [], unknown: new Set() }
  await runTransaction(new MemoryEngine({ data: run.data }), (t) => {
    for (let i = 0; i < ACCOUNTS; i++) t.put(account(i), money(MONEY))
  })
  const inner = new MemoryEngine({ data: run.data })
  const engine = new FaultyEngine(inner, { seed, failureRate: seed % 3 === 0 ? 0.01 : 0 })
  let over = false
  const clients = Array.from({ length: CLIENTS }, (_, i) => client(engine, run, i, random))
  const audit = auditor(engine, () => over)
  const ticking = crashLater(
    engine,
    seed % 4 === 0 ? 100 + Math.floor(random() * 300) : Number.POSITIVE_INFINITY,
    () => over,
  )
  await Promise.all(clients)
  over = true
  await Promise.all([audit, ticking])
  return run
}

async function crashLater(engine: FaultyEngine, turns: number, isOver: () => boolean): Promise<void> {
  for (let i = 0; i < turns && !isOver(); i++) await new Promise((resolve) => setImmediate(resolve))
  if (!isOver()) engine.crash()
}

async function check(run: Run): Promise<void> {
  const engine = new MemoryEngine({ data: run.data })
  await runTransaction(engine, async (t) => {
    expect(await total(t)).toBe(ACCOUNTS * MONEY)
    const log = await t.scan(prefixRange(encodeKey(['log'])), { limit: 1000 })
    const done = new Map(log.entries.map((e) => [Buffer.from(e.value).toString(), e.ts]))
    expect(done.size).toBe(log.entries.length)
    for (const { id, ts } of run.acknowledged) expect(done.get(id)).toBe(ts)
    const acknowledged = new Set(run.acknowledged.map((a) => a.id))
    for (const id of done.keys()) expect(acknowledged.has(id) || run.unknown.has(id)).toBe(true)
    for (let room = 0; room < ROOMS; room++) {
      const seats = await t.scan(prefixRange(encodeKey(['room', room])), { limit: 100 })
      expect(seats.entries.length).toBeLessThanOrEqual(SEATS)
    }
    for (const { id, ts } of run.acknowledged) expect((await t.get(encodeKey(['receipt', id])))?.ts).toBe(ts)
  })
}

test(`money is neither made nor lost, whatever fails (${SEEDS} seeds)`, async () => {
  let acknowledged = 0
  let unknown = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = await simulate(seed)
    try {
      await check(run)
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
    acknowledged += run.acknowledged.length
    unknown += run.unknown.size
  }
  expect(acknowledged).toBeGreaterThan(SEEDS * CLIENTS)
  expect(unknown).toBeGreaterThan(0)
}, 600_000)
