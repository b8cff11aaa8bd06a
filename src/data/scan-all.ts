import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry, KeyRange } from '#src/storage/engine.ts'
import { rest } from '#src/storage/keys/range.ts'
import type { ReadOptions, Transaction } from '#src/transaction/transaction.ts'

const CHUNK = 256

/** Every entry of a range that is known to be small, such as the schema of a database. */
export function scanAll(
  transaction: Transaction,
  range: KeyRange,
  options: Pick<ReadOptions, 'at'> = {},
): Eventual<Entry[]> {
  const out: Entry[] = []
  const step = (left: KeyRange): Eventual<Entry[]> =>
    andThen(transaction.scan(left, { ...options, limit: CHUNK }), ({ entries, done }) => {
      for (const e of entries) out.push(e)
      const last = entries.at(-1)
      return done || !last ? out : step(rest(left, last.key, false))
    })
  return step(range)
}
