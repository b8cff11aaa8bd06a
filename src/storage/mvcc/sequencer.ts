import type { Eventual } from '#src/lib/eventual.ts'
import { Fifo } from '#src/lib/fifo.ts'
import {
  type CommitRequest,
  FutureTimestamp,
  InvalidKey,
  type Key,
  type Timestamp,
  type Write,
} from '../engine.ts'
import { u64 } from '../keys/fixed.ts'
import { END_OF_KEYS } from '../keys/range.ts'
import type { Clock } from './clock.ts'
import { CommitLog, type Conflict } from './commit-log.ts'

/** `notBefore` may be so far ahead of this server's clock (microseconds): 60 s, for clocks that disagree a little. */
const MAX_AHEAD = 60_000_000

const MAX_KEY_BYTES = 1024 * 1024

/** The writes of an admitted commit, by final key; `undefined` deletes. */
export type ResolvedWrites = ReadonlyMap<Key, Uint8Array | undefined>

export interface Admitted {
  readonly ts: Timestamp
  readonly writes: ResolvedWrites
}

interface LiveSnapshots {
  readonly ts: Timestamp
  count: number
}

interface Waiter {
  readonly ts: Timestamp
  readonly resolve: () => void
}

/**
 * Hands out timestamps and decides about conflicts, for an engine that lives in one process.
 *
 * A commit is *admitted* (it has a timestamp and its place in the order), then *settled* (visible, or failed), in the
 * same order. A snapshot's timestamp stays below every admitted commit that is not settled, and a commit's timestamp
 * is above every snapshot's handed out before: so what a snapshot sees never changes.
 */
export class Sequencer {
  readonly #clock: Clock
  readonly #log: CommitLog
  readonly #unsettled = new Fifo<Timestamp>()
  /** Ascending, as snapshot timestamps never decrease. */
  readonly #live = new Fifo<LiveSnapshots>()
  #newestLive: LiveSnapshots | undefined
  #waiters: Waiter[] = []
  #admitted: Timestamp
  #settled: Timestamp
  #issued: Timestamp

  /** `last`: no timestamp handed out from now on is before it; commits come after it. */
  constructor(clock: Clock, last: Timestamp, log = new CommitLog()) {
    this.#clock = clock
    this.#log = log
    this.#admitted = last
    this.#settled = last
    this.#issued = last
  }

  /** The latest timestamp handed out so far, to a snapshot or to a commit. */
  get last(): Timestamp {
    return Math.max(this.#admitted, this.#issued)
  }

  /** What every live and every future snapshot sees the commits of. */
  get horizon(): Timestamp {
    return this.#live.at(0)?.ts ?? this.#settled
  }

  /** Opens a snapshot. Answers later only if commits up to `notBefore` are still on their way. */
  open(notBefore: Timestamp = 0): Eventual<Timestamp> {
    const now = Math.max(this.#clock(), this.#settled, this.#issued)
    if (notBefore > Math.max(now, this.#admitted) + MAX_AHEAD) throw new FutureTimestamp(notBefore)
    const limit = this.#unsettled.at(0)
    if (limit === undefined) return this.#register(Math.max(now, notBefore))
    if (notBefore >= limit) return this.whenSettled(notBefore).then(() => this.open(notBefore))
    return this.#register(Math.min(Math.max(now, notBefore), limit - 1))
  }

  #register(ts: Timestamp): Timestamp {
    this.#issued = ts
    if (this.#newestLive?.ts !== ts) {
      this.#newestLive = { ts, count: 0 }
      this.#live.push(this.#newestLive)
    }
    this.#newestLive.count++
    return ts
  }

  /** Ends a snapshot that `open` answered `ts` for. */
  close(ts: Timestamp): void {
    const live = this.#find(ts)
    if (!live) return
    live.count--
    for (let first = this.#live.at(0); first && first.count === 0; first = this.#live.at(0))
      this.#forget(first)
    this.#log.trim(this.horizon)
  }

  #forget(oldest: LiveSnapshots): void {
    this.#live.shift()
    if (oldest === this.#newestLive) this.#newestLive = undefined
  }

  #find(ts: Timestamp): LiveSnapshots | undefined {
    let low = 0
    let high = this.#live.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#live.at(middle) as LiveSnapshots).ts < ts) low = middle + 1
      else high = middle
    }
    const found = this.#live.at(low)
    return found?.ts === ts ? found : undefined
  }

  /** Gives the commit its timestamp, unless something that it read has been written since its snapshot. */
  admit(request: CommitRequest): Admitted | Conflict {
    const conflict = this.#log.conflict(request.snapshot.ts, request)
    if (conflict) return conflict
    const ts = Math.max(this.#clock(), this.#admitted + 1, this.#issued + 1)
    const writes = resolve(request.writes, ts)
    this.#admitted = ts
    this.#unsettled.push(ts)
    this.#log.append(ts, [...writes.keys()])
    return { ts, writes }
  }

  /** Settles the oldest commit that is not: it is visible now, or has failed for good. */
  settle(): void {
    this.#settled = this.#unsettled.shift() ?? this.#settled
    this.#log.trim(this.horizon)
    if (this.#waiters.length > 0) this.#wake(this.#unsettled.at(0) ?? Number.POSITIVE_INFINITY)
  }

  #wake(limit: Timestamp): void {
    const ready = this.#waiters.filter((w) => w.ts < limit)
    if (ready.length === 0) return
    this.#waiters = this.#waiters.filter((w) => w.ts >= limit)
    for (const waiter of ready) waiter.resolve()
  }

  /** Resolves when every commit admitted so far with a timestamp up to `ts` is settled. */
  whenSettled(ts: Timestamp): Promise<void> {
    const limit = this.#unsettled.at(0)
    if (limit === undefined || limit > ts) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ ts: Math.min(ts, this.#admitted), resolve }))
  }
}

function resolve(writes: readonly Write[], ts: Timestamp): ResolvedWrites {
  const resolved = new Map<Key, Uint8Array | undefined>()
  const stamp = u64(ts)
  for (const write of writes) {
    const key = keyOf(write, ts, stamp)
    assertValid(key)
    resolved.set(key, write.value)
  }
  return resolved
}

function keyOf(write: Write, ts: Timestamp, stamp: Key): Key {
  if ('stampedPrefix' in write) return write.stampedPrefix + stamp
  return 'keyAt' in write ? write.keyAt(ts) : write.key
}

function assertValid(key: Key): void {
  if (key.length === 0) throw new InvalidKey('must not be empty')
  if (key >= END_OF_KEYS) throw new InvalidKey('must not start with two bytes FF')
  if (key.length > MAX_KEY_BYTES) throw new InvalidKey(`must not be longer than ${MAX_KEY_BYTES} bytes`)
}
