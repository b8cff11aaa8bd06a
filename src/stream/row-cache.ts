import type { DatabaseSchema } from '#src/data/database-schema.ts'
import { memoized } from '#src/lib/memoized.ts'
import type { Action } from './changes.ts'

/** A change of a commit, without the versions of the document. */
export interface PlainRow {
  readonly id: bigint
  readonly action: Action
}

/** Commits of fewer changes are quickly put in order again; rows that are kept at most, for each schema. */
const MIN_ROWS = 64
const MAX_ROWS = 200_000

/**
 * The changes of large commits in the order of a source, so that reading them page by page does not put all of them in
 * order for each page. Bounded; the least recently used go.
 */
export class RowCache {
  private readonly rows = new Map<string, readonly PlainRow[]>()
  private size = 0

  static readonly of = memoized((_: DatabaseSchema) => new RowCache())

  get(key: string): readonly PlainRow[] | undefined {
    const rows = this.rows.get(key)
    if (!rows) return undefined
    this.rows.delete(key)
    this.rows.set(key, rows)
    return rows
  }

  put(key: string, rows: readonly PlainRow[]): void {
    if (rows.length < MIN_ROWS || rows.length > MAX_ROWS || this.rows.has(key)) return
    this.rows.set(
      key,
      rows.map(({ id, action }) => ({ id, action })),
    )
    this.size += rows.length
    for (const [oldest, { length }] of this.rows) {
      if (this.size <= MAX_ROWS) return
      this.rows.delete(oldest)
      this.size -= length
    }
  }
}
