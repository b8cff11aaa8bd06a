/** The FSL source files of a database (spec/schema.md §15.3). */
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Entry } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { type DatabaseId, filesPrefix } from './keys.ts'
import { scanAll } from './scan-all.ts'

/** File names are text, keys are bytes. */
const nameKey = (name: string): string => Buffer.from(name, 'utf8').toString('latin1')

export type SchemaFiles = Map<string, string>

export const readSchemaFiles = (transaction: Transaction, database: DatabaseId): Eventual<SchemaFiles> =>
  andThen(scanAll(transaction, prefixRange(filesPrefix(database))), (entries) => filesOf(database, entries))

/** Records as files. */
export function filesOf(database: DatabaseId, entries: readonly Entry[]): SchemaFiles {
  const { length } = filesPrefix(database)
  const text = (key: string): string => Buffer.from(key.slice(length), 'latin1').toString('utf8')
  return new Map(entries.map(({ key, value }) => [text(key), Buffer.from(value).toString('utf8')]))
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
