/** The FSL source files of a database (spec/schema.md §15.3). */
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { KeyRange } from '#src/storage/engine.ts'
import { u64 } from '#src/storage/keys/fixed.ts'
import { prefixRange, rest } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { DatabaseId } from './keys.ts'

const filesPrefix = (database: DatabaseId): string => `f${u64(database)}`
/** File names are text, keys are bytes. */
const nameKey = (name: string): string => Buffer.from(name, 'utf8').toString('latin1')
const CHUNK = 64

export function readSchemaFiles(
  transaction: Transaction,
  database: DatabaseId,
): Eventual<Map<string, string>> {
  const prefix = filesPrefix(database)
  const files = new Map<string, string>()
  const step = (range: KeyRange): Eventual<Map<string, string>> =>
    andThen(transaction.scan(range, { limit: CHUNK }), ({ entries, done }) => {
      for (const { key, value } of entries)
        files.set(
          Buffer.from(key.slice(prefix.length), 'latin1').toString('utf8'),
          Buffer.from(value).toString('utf8'),
        )
      const last = entries.at(-1)
      return done || !last ? files : step(rest(range, last.key, false))
    })
  return step(prefixRange(prefix))
}

/** Makes the stored files be exactly `files`. */
export function writeSchemaFiles(
  transaction: Transaction,
  database: DatabaseId,
  before: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
): void {
  const prefix = filesPrefix(database)
  for (const name of before.keys()) if (!files.has(name)) transaction.delete(prefix + nameKey(name))
  for (const [name, text] of files)
    if (before.get(name) !== text) transaction.put(prefix + nameKey(name), Buffer.from(text, 'utf8'))
}
