/**
 * The child of the kill test: writes to the store at `argv[2]` with many clients at once until it is killed, and says
 * on stdout what was acknowledged: one line `client n ts` per commit, printed after the promise resolved. Each commit of
 * a client writes `n` to all keys of the client, deletes a key, adds a long one and a stamped one.
 */
import { writeSync } from 'node:fs'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { CLIENTS, KEYS_PER_CLIENT, logPrefix, longKey, number, numberOf, partKey } from './kill-layout.ts'

const engine = new LmdbEngine(process.argv[2] as string)

async function write(transaction: Transaction, client: number): Promise<number> {
  const n = numberOf(await transaction.get(partKey(client, 0))) + 1
  for (let part = 0; part < KEYS_PER_CLIENT; part++) transaction.put(partKey(client, part), number(n))
  transaction.delete(longKey(client, n - 1))
  transaction.put(longKey(client, n), number(n))
  transaction.putStamped(logPrefix(client), number(n))
  return n
}

async function run(client: number): Promise<never> {
  for (;;) {
    const { value, ts } = await runTransaction(engine, (transaction) => write(transaction, client))
    writeSync(1, `${client} ${value} ${ts}\n`)
  }
}

async function prune(): Promise<never> {
  for (;;) await engine.prune({ start: '', end: '\xff' }, Date.now() * 1000 - 100_000)
}

const clients = Array.from({ length: CLIENTS }, (_, client) => run(client))
await Promise.all([...clients, prune()])
