import { setTimeout } from 'node:timers/promises'
import { andThen, type Eventual, lastly } from '#src/lib/eventual.ts'
import type { Key, StorageEngine, Timestamp } from '#src/storage/engine.ts'
import { ContendedTransaction } from './errors.ts'
import { Transaction, type TransactionOptions, type TransactionStats } from './transaction.ts'

export interface RunOptions extends TransactionOptions {
  /** The snapshot is not older than this. */
  readonly notBefore?: Timestamp | undefined
  /** How often to try, the first time included; 8 unless told. */
  readonly maxAttempts?: number | undefined
  /** No further attempt starts after this time (milliseconds, as `performance.now()` counts). */
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
 * `body` throws, having written nothing, and `ContendedTransaction` when attempts or time have run out. Answers at once
 * when the store and `body` do and nothing is written.
 */
export const runTransaction = <T>(
  engine: StorageEngine,
  body: TransactionBody<T>,
  options: RunOptions = {},
): Eventual<RunResult<T>> => runAttempt(engine, body, 1, options)

function runAttempt<T>(
  engine: StorageEngine,
  body: TransactionBody<T>,
  attempt: number,
  options: RunOptions,
): Eventual<RunResult<T>> {
  return andThen(runOnce(engine, body, attempt, options), (result) =>
    'value' in result ? result : runAgain(engine, body, attempt, result.key, options),
  )
}

async function runAgain<T>(
  engine: StorageEngine,
  body: TransactionBody<T>,
  attempt: number,
  lostOn: Key | undefined,
  options: RunOptions,
): Promise<RunResult<T>> {
  const pause = pauseAfter(attempt, options.random ?? Math.random)
  if (isOver(attempt, pause, options)) throw new ContendedTransaction(lostOn, attempt)
  await setTimeout(pause)
  return runAttempt(engine, body, attempt + 1, options)
}

/** `key`: the commit lost, on this if that is known. */
type Attempt<T> = RunResult<T> | { readonly key: Key | undefined }

function runOnce<T>(
  engine: StorageEngine,
  body: TransactionBody<T>,
  attempt: number,
  options: RunOptions,
): Eventual<Attempt<T>> {
  return andThen(Transaction.begin(engine, options), (transaction) =>
    lastly(
      () => andThen(body(transaction, attempt), (value) => commit(transaction, value, attempt)),
      () => transaction.release(),
    ),
  )
}

function commit<T>(transaction: Transaction, value: T, attempts: number): Eventual<Attempt<T>> {
  const { stats, snapshotTs, hasWrites } = transaction
  if (!hasWrites) return { value, ts: snapshotTs, wrote: false, attempts, stats }
  return transaction
    .commit()
    .then((outcome) =>
      outcome.committed ? { value, ts: outcome.ts, wrote: true, attempts, stats } : { key: outcome.key },
    )
}

/** Milliseconds; the first retry follows at once. */
function pauseAfter(attempt: number, random: () => number): number {
  if (attempt === 1) return 0
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * random()
}

function isOver(attempt: number, pause: number, options: RunOptions): boolean {
  if (attempt >= (options.maxAttempts ?? MAX_ATTEMPTS)) return true
  return options.deadline !== undefined && performance.now() + pause >= options.deadline
}
