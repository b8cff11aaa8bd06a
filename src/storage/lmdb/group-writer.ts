import type { Key, KeyRange, Timestamp } from '../engine.ts'
import { descendingU64 } from '../keys/fixed.ts'
import { successor } from '../keys/range.ts'
import type { Admitted } from '../mvcc/sequencer.ts'
import { type Place, Placer } from './long-keys.ts'
import { type Reader, type Row, versions } from './reader.ts'
import { encodeRecord, type VersionRecord } from './record.ts'
import type { Change, Table, Tables } from './tables.ts'

const PRUNE_STEP = 1000
/** So many commits do not wait for the end of the turn: they are on their way to the disk while it makes more. */
const EARLY = 12

interface PendingCommit {
  readonly admitted: Admitted
  readonly done: (error?: unknown) => void
}

interface PendingPrune {
  readonly range: KeyRange
  /** Asked for when the step is made: snapshots may have come and gone. */
  readonly before: () => Timestamp
  readonly done: (step: PruneStep) => void
  readonly failed: (error: unknown) => void
}

interface PruneStep {
  readonly removed: number
  /** Where to go on; undefined at the end. */
  readonly next: Key | undefined
}

/**
 * Writes commits in groups: while one group is on its way to the disk, commits queue up, and go together as the next,
 * with one sync. A step of a prune travels with a group, so that it meets no commit half done.
 */
export class GroupWriter {
  readonly #tables: Tables
  readonly #reader: Reader
  #commits: PendingCommit[] = []
  #prunes: PendingPrune[] = []
  /** The group on its way to the disk. */
  #writing: Promise<void> | undefined
  /** A group will set out at the end of the turn. */
  #planned = false

  constructor(tables: Tables, reader: Reader) {
    this.#tables = tables
    this.#reader = reader
  }

  /** `done` is called when the commit is on disk, in the order of the calls, or with what went wrong. */
  commit(admitted: Admitted, done: (error?: unknown) => void): void {
    this.#commits.push({ admitted, done })
    this.#start()
  }

  prune(range: KeyRange, before: () => Timestamp): Promise<PruneStep> {
    return new Promise((done, failed) => {
      this.#prunes.push({ range, before, done, failed })
      this.#start()
    })
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.#writing || this.#planned)
      await (this.#writing ?? new Promise((resolve) => setImmediate(resolve)))
  }

  /** A group sets out when one is back, at the end of the turn, or as soon as there are many. */
  #start(): void {
    if (this.#writing) return
    if (this.#commits.length >= EARLY) this.#writeNext()
    else if (!this.#planned) {
      this.#planned = true
      setImmediate(() => {
        this.#planned = false
        if (!this.#writing) this.#writeNext()
      })
    }
  }

  #writeNext(): void {
    const commits = this.#commits
    const prune = this.#prunes.shift()
    this.#commits = []
    this.#writing = commits.length > 0 || prune ? this.#writeGroup(commits, prune) : undefined
  }

  async #writeGroup(commits: readonly PendingCommit[], prune: PendingPrune | undefined): Promise<void> {
    let step: PruneStep | undefined
    let failure: unknown
    try {
      step = await this.#write(commits, prune)
    } catch (error) {
      failure = error ?? new Error('The commit failed.')
    }
    // The next group is on its way while the replies to this one are made.
    this.#writeNext()
    for (const commit of commits) commit.done(failure)
    if (failure !== undefined) prune?.failed(failure)
    else if (step) prune?.done(step)
  }

  async #write(
    commits: readonly PendingCommit[],
    prune: PendingPrune | undefined,
  ): Promise<PruneStep | undefined> {
    // All changes are worked out before the first is made: nothing can throw halfway.
    const changes: Change[] = []
    const step = prune && this.#pruneStep(prune, changes)
    this.#collect(commits, changes)
    await this.#tables.write(changes)
    return step
  }

  #collect(commits: readonly PendingCommit[], changes: Change[]): void {
    const last = commits.at(-1)
    if (!last) return
    const group = new Group(this.#tables, changes)
    for (const { admitted } of commits) {
      for (const [key, value] of admitted.writes) group.write(key, value, admitted.ts)
    }
    changes.push(this.#tables.setNumber('last', last.admitted.ts))
  }

  #pruneStep({ range, before }: PendingPrune, changes: Change[]): PruneStep {
    const horizon = before()
    const end = changes.length + PRUNE_STEP
    let seen = 0
    let last: Key | undefined
    const done = this.#reader.rows(range, false, (row) => {
      if (seen++ >= PRUNE_STEP || changes.length >= end) return false
      last = row.key
      pruneRow(row, horizon, changes)
      return true
    })
    return { removed: changes.length, next: done || last === undefined ? undefined : successor(last) }
  }
}

/** The writes of a group, laid over what is on disk. */
class Group {
  readonly #placer: Placer
  readonly #changes: Change[]
  readonly #records = new Map<Key, VersionRecord>()

  constructor(tables: Tables, changes: Change[]) {
    this.#placer = new Placer(tables, changes)
    this.#changes = changes
  }

  write(key: Key, value: Uint8Array | undefined, ts: Timestamp): void {
    const place = this.#placer.place(key)
    const old = this.#records.get(key) ?? place.tables.latest.get(place.stored)
    if (!value && !old?.value) return
    if (old) this.#supersede(place, old)
    const record = { ts, value, hasHistory: old !== undefined }
    this.#records.set(key, record)
    this.#changes.push({ table: place.tables.latest, key: place.stored, value: encodeRecord(record) })
  }

  #supersede({ tables, stored }: Place, old: VersionRecord): void {
    this.#changes.push({
      table: tables.history,
      key: stored + descendingU64(old.ts),
      value: encodeRecord(old),
    })
  }
}

/** Removes the versions of a row superseded at or before `before`, and a deletion that old. */
function pruneRow({ tables, stored, record }: Row, before: Timestamp, changes: Change[]): void {
  /** Whether a version has been met that lives at `before`: all older ones are superseded. */
  let superseded = false
  const meet = (table: Table, key: Key, version: VersionRecord) => {
    if (superseded || !version.value) changes.push({ table, key, value: undefined })
    superseded = true
    return true
  }
  if (record.ts <= before) meet(tables.latest, stored, record)
  if (record.hasHistory)
    versions(tables.history, stored, before, (key, old) => meet(tables.history, key, old))
}
