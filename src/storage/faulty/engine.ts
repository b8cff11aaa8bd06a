/**
 * For tests: an engine around another one that answers everything late, in an order that depends on a seed, and that
 * fails or crashes when told to, as a store behind a network does.
 */
import { setImmediate } from 'node:timers/promises'
import type { Eventual } from '#src/lib/eventual.ts'
import type {
  Chunk,
  CommitOutcome,
  CommitRequest,
  Entry,
  Key,
  KeyRange,
  ScanOptions,
  Snapshot,
  StorageEngine,
  Timestamp,
} from '../engine.ts'
import { seeded } from './seeded.ts'

export type Operation = 'begin' | 'get' | 'scan' | 'commit' | 'prune'

export interface FaultyOptions {
  readonly seed?: number
  /** An answer takes at most so many turns of the event loop, each way; 3 unless told. */
  readonly maxTurns?: number
  /** How likely any one operation fails, from 0 to 1. A commit that fails may have happened or not. */
  readonly failureRate?: number
}

/** The answer to a single operation was an error or got lost. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
  constructor(operation: Operation) {
    super(`The store failed to answer: ${operation}.`)
  }
}

/** The store is gone for good; what it had on disk can be opened anew. */
export class StoreCrashed extends Error {
  override readonly name = 'StoreCrashed'
  constructor() {
    super('The store has crashed.')
  }
}

export class FaultyEngine implements StorageEngine {
  readonly name: string
  readonly #inner: StorageEngine
  readonly #random: () => number
  readonly #maxTurns: number
  readonly #failureRate: number
  readonly #toFail = new Map<Operation, number>()
  readonly #pending = new Set<Promise<unknown>>()
  #crashed = false

  constructor(inner: StorageEngine, options: FaultyOptions = {}) {
    this.name = `faulty ${inner.name}`
    this.#inner = inner
    this.#random = seeded(options.seed ?? 1)
    this.#maxTurns = options.maxTurns ?? 3
    this.#failureRate = options.failureRate ?? 0
  }

  /** The next `count` operations of this kind fail. */
  failNext(operation: Operation, count = 1): void {
    this.#toFail.set(operation, count)
  }

  /** Everything under way and everything later rejects with `StoreCrashed`; commits under way happen or do not. */
  crash(): void {
    this.#crashed = true
  }

  begin(notBefore?: Timestamp): Promise<Snapshot> {
    const begin = async () => new FaultySnapshot(await this.#inner.begin(notBefore), this)
    return this.perform('begin', begin)
  }

  commit(request: CommitRequest): Promise<CommitOutcome> {
    const snapshot = (request.snapshot as FaultySnapshot).inner
    return this.perform('commit', () => this.#inner.commit({ ...request, snapshot }))
  }

  prune(range: KeyRange, before: Timestamp): Promise<number> {
    return this.perform('prune', () => this.#inner.prune(range, before))
  }

  onCommit(listener: (ts: Timestamp) => void): () => void {
    return this.#inner.onCommit(listener)
  }

  async close(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
    await this.#inner.close()
  }

  /** Runs an operation of the inner engine late, and answers later still, or not at all. */
  perform<T>(operation: Operation, run: () => Eventual<T>): Promise<T> {
    const answer = this.#perform(operation, run)
    this.#pending.add(answer)
    const forget = () => this.#pending.delete(answer)
    answer.then(forget, forget)
    return answer
  }

  async #perform<T>(operation: Operation, run: () => Eventual<T>): Promise<T> {
    const fails = this.#chooseToFail(operation)
    const arrives = !fails || (operation === 'commit' && this.#random() < 0.5)
    await this.#delay()
    if (!arrives) throw new StoreFailure(operation)
    const result = await run()
    await this.#delay()
    if (fails) throw new StoreFailure(operation)
    return result
  }

  #chooseToFail(operation: Operation): boolean {
    const count = this.#toFail.get(operation) ?? 0
    if (count > 0) this.#toFail.set(operation, count - 1)
    return count > 0 || (this.#failureRate > 0 && this.#random() < this.#failureRate)
  }

  async #delay(): Promise<void> {
    if (this.#crashed) throw new StoreCrashed()
    for (let turns = Math.floor(this.#random() * (this.#maxTurns + 1)); turns > 0; turns--)
      await setImmediate()
    if (this.#crashed) throw new StoreCrashed()
  }
}

class FaultySnapshot implements Snapshot {
  readonly inner: Snapshot
  readonly #engine: FaultyEngine

  constructor(inner: Snapshot, engine: FaultyEngine) {
    this.inner = inner
    this.#engine = engine
  }

  get ts(): Timestamp {
    return this.inner.ts
  }

  get(key: Key, at?: Timestamp): Promise<Entry | undefined> {
    return this.#engine.perform('get', () => this.inner.get(key, at))
  }

  scan(range: KeyRange, options: ScanOptions): Promise<Chunk> {
    return this.#engine.perform('scan', () => this.inner.scan(range, options))
  }

  release(): void {
    this.inner.release()
  }
}
