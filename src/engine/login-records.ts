/** Where failed logins are kept: one small record for each credential and client network that had any. */
import type { ThrottleState } from '#src/access/throttle/throttle.ts'
import { type DatabaseId, throttlePrefix } from '#src/data/keys.ts'
import type { Entry, Key, KeyRange, StorageEngine } from '#src/storage/engine.ts'
import { i64, readI64 } from '#src/storage/keys/fixed.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import { ContendedTransaction } from '#src/transaction/errors.ts'
import { runTransaction } from '#src/transaction/run.ts'

export const credentialKey = (database: DatabaseId, id: bigint): Key =>
  `${throttlePrefix(database)}c${i64(id)}`
export const addressKey = (database: DatabaseId, network: string): Key =>
  `${throttlePrefix(database)}a${Buffer.from(network, 'utf8').toString('latin1')}`

/** A record with what it is about: the id of a credential, or a client network. */
export interface LoginRecord {
  readonly key: Key
  readonly credential: bigint | undefined
  readonly address: string | undefined
  readonly state: ThrottleState
}

const CHUNK = 256
/** Records without news for so long say nothing any more, whatever the settings are. */
export const RECORDS_KEPT_MS = 2 * 24 * 60 * 60 * 1000
/** Changes between two looks for records that say nothing any more. */
const SWEEP_EVERY = 256

export class LoginRecords {
  private readonly storage: StorageEngine
  private readonly now: () => number
  /** Changes wait for each other: many failures at once would only make each other's transactions fail. */
  private last: Promise<unknown> = Promise.resolve()
  private changes = 0

  constructor(storage: StorageEngine, now: () => number) {
    this.storage = storage
    this.now = now
  }

  async read(key: Key): Promise<ThrottleState | undefined> {
    const snapshot = await this.storage.begin()
    try {
      const entry = await snapshot.get(key)
      return entry && decode(entry)
    } finally {
      snapshot.release()
    }
  }

  /** Durable when it resolves. `undefined` deletes the record. */
  async change(
    key: Key,
    next: (state: ThrottleState | undefined) => ThrottleState | undefined,
  ): Promise<void> {
    const done = this.last.then(() => this.changeNow(key, next))
    this.last = done.catch(() => {})
    await done
    if (++this.changes % SWEEP_EVERY === 0) await this.sweep(key)
  }

  private async changeNow(
    key: Key,
    next: (state: ThrottleState | undefined) => ThrottleState | undefined,
  ): Promise<void> {
    await runTransaction(this.storage, async (tx) => {
      const entry = await tx.get(key)
      const state = next(entry && decode(entry))
      if (state) tx.put(key, encode(state))
      else if (entry) tx.delete(key)
    })
  }

  /** All records of a database. */
  async list(database: DatabaseId): Promise<LoginRecord[]> {
    const prefix = throttlePrefix(database)
    const records: LoginRecord[] = []
    const snapshot = await this.storage.begin()
    try {
      for (let range: KeyRange | undefined = prefixRange(prefix); range; ) {
        const { entries, done } = await snapshot.scan(range, { reverse: false, limit: CHUNK })
        for (const e of entries) records.push(recordOf(e, prefix.length))
        const last = entries.at(-1)
        range = done || !last ? undefined : rest(range, last.key, false)
      }
    } finally {
      snapshot.release()
    }
    return records
  }

  /** Deletes what is long forgotten in the database of `key`; an attacker with many addresses leaves many records. */
  private async sweep(key: Key): Promise<void> {
    const database = key.slice(0, throttlePrefix(0n).length)
    const snapshot = await this.storage.begin()
    try {
      const { entries } = await snapshot.scan(prefixRange(database), { reverse: false, limit: 4 * CHUNK })
      const old = entries.filter((e) => this.now() - decode(e).lastFailure > RECORDS_KEPT_MS)
      for (const { key: k } of old) await this.forgetIfOld(k)
    } finally {
      snapshot.release()
    }
  }

  private async forgetIfOld(key: Key): Promise<void> {
    const isOld = (s: ThrottleState) => this.now() - s.lastFailure > RECORDS_KEPT_MS
    try {
      await this.changeNow(key, (state) => (state && !isOld(state) ? state : undefined))
    } catch (error) {
      // Somebody has just written it: it is not old any more.
      if (!(error instanceof ContendedTransaction)) throw error
    }
  }
}

const encode = (state: ThrottleState): Uint8Array => Buffer.from(JSON.stringify(state))
const decode = (entry: Entry): ThrottleState =>
  JSON.parse(Buffer.from(entry.value).toString()) as ThrottleState

function recordOf(entry: Entry, prefixLength: number): LoginRecord {
  const { key } = entry
  const isCredential = key[prefixLength] === 'c'
  const what = key.slice(prefixLength + 1)
  return {
    key,
    credential: isCredential ? readI64(what, 0) : undefined,
    address: isCredential ? undefined : Buffer.from(what, 'latin1').toString('utf8'),
    state: decode(entry),
  }
}
