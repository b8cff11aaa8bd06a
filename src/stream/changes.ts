/** What has happened to the documents of a source since a position, one change a document and transaction, in order. */

import { changedIds, changesBetween, changesOf, commitOfKey } from '#src/data/change-log.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import type { Entry, Key, KeyRange } from '#src/storage/engine.ts'
import { u64 } from '#src/storage/keys/fixed.ts'
import { rest } from '#src/storage/keys/range.ts'
import { isAfter, type Position } from './position.ts'
import { type PlainRow, RowCache } from './row-cache.ts'
import type { Source } from './source.ts'

/** As the source sees it: a document may come into it, or leave it, without being created or deleted. */
export type Action = 'create' | 'update' | 'delete'

export interface Change {
  readonly id: bigint
  readonly action: Action
  readonly position: Position
  readonly before: DocumentVersion | undefined
  readonly after: DocumentVersion | undefined
}

interface Versions {
  readonly before: DocumentVersion | undefined
  readonly after: DocumentVersion | undefined
}

/** A change and where its document stood, or stands. */
interface Row extends PlainRow, Versions {
  readonly order: Key
}

const CHUNK = 64

export class ChangeReader {
  private readonly ctx: Context
  private readonly host: DatabaseHost
  private readonly source: Source
  private readonly from: Position
  /** Of the log, what has not been read; undefined: nothing is left. */
  private unread: KeyRange | undefined
  private entries: readonly Entry[] = []
  private nextEntry = 0
  private ts = 0
  private rows: readonly (Row | PlainRow)[] = []
  private nextRow = 0

  /** Reads what was committed after `from`, up to the snapshot of the transaction. */
  constructor(ctx: Context, host: DatabaseHost, source: Source, from: Position) {
    this.ctx = ctx
    this.host = host
    this.source = source
    this.from = from
    const range = changesBetween(changesOf(source.collection), from.ts, host.snapshotTs)
    this.unread = range.start < range.end ? range : undefined
  }

  /** The next change; undefined: there is none as yet. */
  next(): Eventual<Change | undefined> {
    for (;;) {
      const row = this.rows[this.nextRow]
      if (row) {
        const position = { ts: this.ts, ordinal: this.nextRow++ }
        if (isAfter(position, this.from)) return this.changeOf(row, position)
        continue
      }
      const more = this.advance()
      if (more instanceof Promise) return more.then((m) => (m ? this.next() : undefined))
      if (!more) return undefined
    }
  }

  private changeOf(row: Row | PlainRow, position: Position): Eventual<Change> {
    const { id, action } = row
    const versions = 'order' in row ? row : this.versionsOf(position.ts, id)
    return andThen(versions, ({ before, after }) => ({ id, action, position, before, after }))
  }

  private versionsOf(ts: number, id: bigint): Eventual<Versions> {
    const { host, source } = this
    return andThen(host.versionAsOf(source.collection, id, ts - 1), (before) =>
      andThen(host.versionAsOf(source.collection, id, ts), (after) => ({ before, after })),
    )
  }

  /** Goes to the next commit. */
  private advance(): Eventual<boolean> {
    const entry = this.entries[this.nextEntry++]
    if (!entry) return this.unread ? andThen(this.load(this.unread), () => true) : false
    const ids = this.idsOf(entry)
    if (ids.length === 0) return true
    return andThen(this.rowsOf(commitOfKey(entry.key), ids), () => {
      const pause = this.ctx.run.tick()
      return pause ? pause.then(() => true) : true
    })
  }

  private load(range: KeyRange): Eventual<void> {
    const { transaction, snapshotTs } = this.host
    return andThen(transaction.scan(range, { limit: CHUNK, at: snapshotTs }), ({ entries, done }) => {
      const last = entries.at(-1)
      this.entries = entries
      this.nextEntry = 0
      this.unread = done || !last ? undefined : rest(range, last.key, false)
    })
  }

  private idsOf(entry: Entry): bigint[] {
    const { only } = this.source
    const ids = changedIds(entry.value)
    if (only === undefined) return ids
    return ids.includes(only) ? [only] : []
  }

  private rowsOf(ts: number, ids: readonly bigint[]): Eventual<void> {
    this.ts = ts
    this.nextRow = 0
    const cache = RowCache.of(this.host.schema)
    const key = `${changesOf(this.source.collection)}${ts} ${this.source.identity}`
    const known = cache.get(key)
    if (known) {
      this.rows = known
      return undefined
    }
    const rows: Row[] = []
    const done = eachIndex(ids.length, (i) =>
      andThen(this.rowOf(ts, ids[i] as bigint), (row) => {
        if (row) rows.push(row)
        return this.ctx.run.tick()
      }),
    )
    return andThen(done, () => {
      this.rows = rows.sort(byOrder)
      cache.put(key, rows)
    })
  }

  private rowOf(ts: number, id: bigint): Eventual<Row | undefined> {
    return andThen(this.versionsOf(ts, id), (versions) =>
      andThen(this.places(ts - 1, id, versions.before), (old) =>
        andThen(this.places(ts, id, versions.after), (now) => this.rowFrom(id, versions, old, now)),
      ),
    )
  }

  private places(ts: number, id: bigint, version: DocumentVersion | undefined): Eventual<readonly Key[]> {
    return version ? this.source.rows(this.ctx.withPresent(ts), id, version) : []
  }

  private rowFrom(id: bigint, versions: Versions, old: readonly Key[], now: readonly Key[]): Row | undefined {
    const action = actionOf(old, now)
    if (!action) return undefined
    if (action === 'update' && this.source.byRows && sameKeys(old, now)) return undefined
    return { id, action, order: orderOf(this.source, versions.before, old, now), ...versions }
  }
}

function actionOf(old: readonly Key[], now: readonly Key[]): Action | undefined {
  if (old.length === 0) return now.length === 0 ? undefined : 'create'
  return now.length === 0 ? 'delete' : 'update'
}

const sameKeys = (a: readonly Key[], b: readonly Key[]): boolean =>
  a.length === b.length && a.every((key, i) => key === b[i])

/** First those that were there, by their old place, then the new ones (spec/data.md §13.2). */
function orderOf(
  source: Source,
  before: DocumentVersion | undefined,
  [old]: readonly Key[],
  [now]: readonly Key[],
): Key {
  if (old === undefined) return `1${now}`
  return source.byRows ? `0${old}` : `0${u64(before?.ts ?? 0)}${old}`
}

const byOrder = (a: Row, b: Row): number => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)
