import { andThen, type Eventual, repeat } from '#src/lib/eventual.ts'
import type { Entry, KeyRange } from '#src/storage/engine.ts'
import { rest } from '#src/storage/keys/range.ts'
import type { ReadOptions, Transaction } from '#src/transaction/transaction.ts'

const CHUNK = 256

/** Reads a range chunk by chunk, until `take` answers `false`. `options.limit`: entries of a chunk. */
export function eachChunk(
  transaction: Transaction,
  range: KeyRange,
  take: (entries: readonly Entry[]) => Eventual<unknown>,
  options: Partial<Pick<ReadOptions, 'at' | 'limit'>> = {},
): Eventual<void> {
  let left = range
  return repeat(() =>
    andThen(transaction.scan(left, { limit: CHUNK, ...options }), ({ entries, done }) =>
      andThen(take(entries), (more) => {
        const last = entries.at(-1)
        if (last) left = rest(left, last.key, false)
        return more !== false && !done && last !== undefined
      }),
    ),
  )
}

/** Every entry of a range that is known to be small, such as the schema of a database. */
export function scanAll(
  transaction: Transaction,
  range: KeyRange,
  options: Pick<ReadOptions, 'at'> = {},
): Eventual<Entry[]> {
  const out: Entry[] = []
  const take = (entries: readonly Entry[]): void => {
    for (const e of entries) out.push(e)
  }
  return andThen(eachChunk(transaction, range, take, options), () => out)
}
