import { setTimeout } from 'node:timers/promises'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Key, StorageEngine, Timestamp } from '#src/storage/engine.ts'
import { ContendedTransaction } from './errors.ts'
import { Transaction, type TransactionOptions, type TransactionStats } from './transaction.ts'

export interface RunOptions extends TransactionOptions {
  /** The snapshot is not older than this. */
  readonly notBefore?: Timestamp | undefined
  /** How often to try, the first time included; 8 unless told. */
  readonly maxAttempts?: number | undefined
  /** No further attempt starts after this time (milliseconds, as `Date.now()` counts). */
  readonly deadline?: number | undefined
  /** Between 0 and 1, for the jitter of the pauses. */
  readonly random?: (() => number) | undefined
}

export interface RunResult<T> {
  readonly value: T
  /** When it was committed; for a transaction that wrote nothing, the time of its snapshot. */
  readonly ts: Timestamp
  readonly wrote: boolean
  readonly attempts: number
  /** Of the last attempt. */
  readonly stats: TransactionStats
}

/** Runs `body` in a transaction. `attempt` counts from 1: `body` runs again, at a new snapshot, after each conflict. */
export type TransactionBody<T> = (transaction: Transaction, attempt: number) => Eventual<T>

const MAX_ATTEMPTS = 8
const FIRST_PAUSE = 2
const LONGEST_PAUSE = 200

/**
 * Runs `body` and commits what it wrote, again after conflicts with a growing, jittered pause between. Throws what
 * `body` throws, having written nothing, and `ContendedTransaction` when attempts or time have run out.
 */
export async function runTransaction<T>(
  engine: StorageEngine,
  body: TransactionBody<T>,
  options: RunOptions = {},
): Promise<RunResult<T>> {
  for (let attempt = 1; ; attempt++) {
    const result = await runOnce(engine, body, attempt, options)
    if ('value' in result) return result
    const pause = pauseAfter(attempt, options.random ?? Math.random)
    if (isOver(attempt, pause, options)) throw new ContendedTransaction(result.key, attempt)
    await setTimeout(pause)
  }
}

async function runOnce<T>(
  engine: StorageEngine,
  body: TransactionBody<T>,
  attempt: number,
  options: RunOptions,
): Promise<RunResult<T> | { readonly key: Key | undefined }> {
  const begun = Transaction.begin(engine, options)
  const transaction = begun instanceof Promise ? await begun : begun
  try {
    const returned = body(transaction, attempt)
    const value = returned instanceof Promise ? await returned : returned
    const wrote = transaction.hasWrites
    const { stats } = transaction
    if (!wrote) return { value, ts: transaction.snapshotTs, wrote, attempts: attempt, stats }
    const outcome = await transaction.commit()
    if (!outcome.committed) return { key: outcome.key }
    return { value, ts: outcome.ts, wrote, attempts: attempt, stats }
  } finally {
    transaction.release()
  }
}

/** Milliseconds; the first retry follows at once. */
function pauseAfter(attempt: number, random: () => number): number {
  if (attempt === 1) return 0
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * random()
}

function isOver(attempt: number, pause: number, options: RunOptions): boolean {
  if (attempt >= (options.maxAttempts ?? MAX_ATTEMPTS)) return true
  return options.deadline !== undefined && Date.now() + pause >= options.deadline
}
