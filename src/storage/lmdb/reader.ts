/**
 * Reads as of a timestamp. No LMDB transaction is held for long: each read uses the newest state on disk, passes over
 * what was committed after the timestamp, and finds what it replaced in the history.
 */
import type { Chunk, Entry, Key, KeyRange, Timestamp } from '../engine.ts'
import { descendingU64 } from '../keys/fixed.ts'
import {
  type Bounds,
  boundsBehind,
  findPlace,
  isLink,
  type Layer,
  layerOf,
  SLICE,
  storedEnd,
  storedStart,
} from './long-keys.ts'
import { liveEntry, type VersionRecord } from './record.ts'
import type { Table, Tables, VersionTables } from './tables.ts'

const MAX_CHUNK_ENTRIES = 1000
const MAX_CHUNK_BYTES = 1024 * 1024
const AFTER_HISTORY = '\xff\xff\xff\xff\xff\xff\xff\xff\0'

/** A row of a `latest` table. */
export interface Row {
  /** Stored key and full key; they differ in layers. */
  readonly stored: Key
  readonly key: Key
  readonly record: VersionRecord
  readonly tables: VersionTables
}

export class Reader {
  readonly #tables: Tables

  constructor(tables: Tables) {
    this.#tables = tables
  }

  get(key: Key, ts: Timestamp): Entry | undefined {
    const tables = this.#tables.short
    const hot = this.#tables.hotEntries.get(key)
    if (hot !== undefined && hot.ts <= ts) return hot
    if (key.length > SLICE) return this.#getLong(key, ts)
    const record = key === '' ? undefined : tables.latest.get(key)
    if (record === undefined) return undefined
    const entry = entryAt(tables, key, key, record, ts)
    return entry !== undefined && entry.ts === record.ts ? this.#tables.hotEntries.offer(entry) : entry
  }

  #getLong(key: Key, ts: Timestamp): Entry | undefined {
    const place = findPlace(this.#tables, key)
    const record = place?.tables.latest.get(place.stored)
    return place && record && entryAt(place.tables, place.stored, key, record, ts)
  }

  scan(range: KeyRange, reverse: boolean, limit: number, ts: Timestamp): Chunk {
    const { hotChunks } = this.#tables
    const hot = hotChunks.get(range, reverse, limit, ts)
    if (hot !== undefined) return hot
    const max = Math.min(limit, MAX_CHUNK_ENTRIES)
    const entries: Entry[] = []
    let bytes = 0
    /** All that was met is as `short.latest` has it now. */
    let newest = true
    const visit = ({ tables, stored, key, record }: Row): boolean => {
      if (record.ts > ts) newest = false
      const entry = entryAt(tables, stored, key, record, ts)
      if (!entry) return true
      if (entries.length >= max || bytes >= MAX_CHUNK_BYTES) return false
      bytes += entry.value.length
      entries.push(entry)
      return true
    }
    const done = this.rows(range, reverse, visit, () => {
      newest = false
    })
    const chunk = { entries, done }
    return newest ? hotChunks.offer(range, reverse, limit, ts, chunk) : chunk
  }

  /**
   * Visits the rows of `latest` in order of full keys, until `visit` answers false; then answers false too. `descend` is
   * called before those of a layer, even if there are none.
   */
  rows(
    range: KeyRange,
    reverse: boolean,
    visit: (row: Row) => boolean,
    descend: () => void = () => {},
  ): boolean {
    if (range.start >= range.end) return true
    return this.#layer(this.#tables.short, '', '', range, reverse, visit, descend)
  }

  /** `base`: the beginning that all keys of the layer share. */
  #layer(
    tables: VersionTables,
    layer: Layer,
    base: Key,
    bounds: Bounds,
    reverse: boolean,
    visit: (row: Row) => boolean,
    descend: () => void,
  ): boolean {
    return visitRange(
      tables.latest,
      storedStart(layer, bounds.start),
      storedEnd(layer, bounds.end),
      reverse,
      (stored, record) => {
        if (!isLink(layer, stored))
          return visit({ stored, key: base + stored.slice(layer.length), record, tables })
        const slice = stored.slice(layer.length, -1)
        const next = layerOf(record)
        const behind = boundsBehind(slice, bounds)
        descend()
        return this.#layer(this.#tables.long, next, base + slice, behind, reverse, visit, descend)
      },
    )
  }
}

function entryAt(
  { history }: VersionTables,
  stored: Key,
  key: Key,
  latest: VersionRecord,
  ts: Timestamp,
): Entry | undefined {
  if (latest.ts <= ts) return liveEntry(key, latest)
  let found: Entry | undefined
  versions(history, stored, ts, (_, record) => {
    found = liveEntry(key, record)
    return false
  })
  return found
}

/** Visits the superseded versions of a stored key, committed up to `ts`, newest first, until `visit` answers false. */
export function versions(
  history: Table,
  stored: Key,
  ts: Timestamp,
  visit: (historyKey: Key, record: VersionRecord) => boolean,
): void {
  const start = stored + descendingU64(ts)
  visitRange(
    history,
    start,
    stored + AFTER_HISTORY,
    false,
    (historyKey, record) =>
      // Versions of longer keys with the same beginning may lie between.
      historyKey.length !== start.length || visit(historyKey, record),
  )
}

/** Visits `start <= key < end` until `visit` answers false; then answers false too. */
function visitRange(
  table: Table,
  start: Key,
  end: Key,
  reverse: boolean,
  visit: (key: Key, record: VersionRecord) => boolean,
): boolean {
  const from = start === '' ? '\0' : start
  const options = reverse
    ? { start: end, exclusiveStart: true, end: from, inclusiveEnd: true, reverse }
    : { start: from, end }
  for (const { key, value } of table.getRange(options)) if (!visit(key, value)) return false
  return true
}
