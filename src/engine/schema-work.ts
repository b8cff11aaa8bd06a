/**
 * Work that schema changes leave behind: filling indexes of large collections, removing what nothing reaches any more
 * (spec/data.md §5.2). In small transactions beside the queries; what is left to do is in the store, so a restarted
 * server goes on.
 */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { NO_RIGHTS } from '#src/access/roles/built-in.ts'
import type { Collection } from '#src/data/collection.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import { addEntries, type IndexFilling } from '#src/data/index-build.ts'
import { ALL_BUILDS, ALL_GARBAGE, buildOfKey, documentKey, idOfKey } from '#src/data/keys.ts'
import { scanAll } from '#src/data/scan-all.ts'
import { completeBuild, decodeBuild, encodeBuild, touchSchema } from '#src/data/schema-state.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { Context } from '#src/fql/eval/context.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import type { Key, KeyRange, StorageEngine } from '#src/storage/engine.ts'
import { prefixRange, successor } from '#src/storage/keys/range.ts'
import { ContendedTransaction, TransactionTooLarge } from '#src/transaction/errors.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { AuthParts } from './authenticate.ts'
import { isAlive } from './databases.ts'

export interface WorkParts extends Pick<AuthParts, 'schemas' | 'services'> {
  readonly storage: StorageEngine
}

/** Attempts at a step before it is made smaller. */
const ATTEMPTS = 2
/** Documents of one step at first, at least and at most; the number follows the time that steps take. */
const FIRST_STEP = 64
const LEAST_STEP = 1
const MOST_STEP = 1024
/** Milliseconds that a step may keep the event loop busy. */
const STEP_MS = 8
const GARBAGE_STEP = 500
/** Milliseconds before trying again when something went wrong. */
const RETRY_MS = 1000

export class SchemaWork {
  private readonly parts: WorkParts
  private readonly stopped = new AbortController()
  private running: Promise<void> | undefined
  private again = false
  private stepSize = FIRST_STEP

  constructor(parts: WorkParts) {
    this.parts = parts
  }

  /** Looks for work, soon. */
  wake(): void {
    this.again = true
    this.running ??= this.run().finally(() => {
      this.running = undefined
      if (this.again && !this.stopped.signal.aborted) this.wake()
    })
  }

  /** Waits for the step under way. */
  async stop(): Promise<void> {
    this.stopped.abort()
    await this.running
  }

  private async run(): Promise<void> {
    // Queries go first.
    await setImmediate()
    while (this.again && !this.stopped.signal.aborted) {
      this.again = false
      if (await this.round()) this.again = true
    }
  }

  /** One step of every task; whether there is more. */
  private async round(): Promise<boolean> {
    try {
      const { builds, garbage } = await this.tasks()
      for (const keys of Map.groupBy(builds, collectionOf).values())
        await this.guarded(() => this.buildStep(keys))
      for (const key of garbage) await this.guarded(() => this.garbageStep(key))
      return builds.length + garbage.length > 0
    } catch {
      // The store is in trouble, or closed: that is told elsewhere.
      await this.pause(RETRY_MS)
      return true
    }
  }

  private async tasks(): Promise<{ builds: Key[]; garbage: Key[] }> {
    const found = await runTransaction(this.parts.storage, async (tx) => {
      const builds = await scanAll(tx, ALL_BUILDS)
      const garbage = await scanAll(tx, ALL_GARBAGE)
      return {
        builds: builds.filter((e) => decodeBuild(e.value).state === 'building').map((e) => e.key),
        garbage: garbage.map((e) => e.key),
      }
    })
    return found.value
  }

  /** Conflicts with queries are no failure: the step comes again. Afterwards queries have their turn. */
  private async guarded(step: () => Promise<void>): Promise<void> {
    if (this.stopped.signal.aborted) return
    const start = performance.now()
    try {
      await step()
    } catch (error) {
      if (!(error instanceof ContendedTransaction)) throw error
    }
    await this.pause(Math.min(STEP_MS, performance.now() - start))
  }

  private async pause(ms: number): Promise<void> {
    try {
      await setTimeout(ms, undefined, { signal: this.stopped.signal, ref: false })
    } catch {
      // Stopped.
    }
  }

  // ------------------------------------------------------------ building

  private async buildStep(keys: readonly Key[]): Promise<void> {
    let busy = 0
    const fill = async (tx: Transaction): Promise<void> => {
      const start = performance.now()
      await this.fillSome(tx, keys)
      busy = performance.now() - start
    }
    try {
      await runTransaction(this.parts.storage, fill, { maxAttempts: ATTEMPTS })
      this.adapt(busy)
    } catch (error) {
      const isOver = error instanceof TransactionTooLarge && this.stepSize === LEAST_STEP
      if (isOver || error instanceof QueryFailure) return this.fail(keys)
      if (!(error instanceof TransactionTooLarge || error instanceof ContendedTransaction)) throw error
      // The shorter a step, the likelier it comes through between writes of the same documents.
      this.stepSize = Math.max(LEAST_STEP, Math.floor(this.stepSize / 4))
    }
  }

  private adapt(busy: number): void {
    if (busy > STEP_MS) this.stepSize = Math.max(LEAST_STEP, Math.floor(this.stepSize / 2))
    else if (busy < STEP_MS / 2) this.stepSize = Math.min(MOST_STEP, this.stepSize * 2)
  }

  /**
   * The next documents of a collection. Those written since the indexes were defined have their entries, for writes
   * maintain them from the start: so only older ones are read as by a query, and a document written again and again
   * holds up nothing.
   */
  private async fillSome(tx: Transaction, keys: readonly Key[]): Promise<void> {
    const { database, collection } = buildOfKey(keys[0] as Key)
    const schema = (await isAlive(tx, database)) ? await this.parts.schemas.load(tx, database) : undefined
    const builds = leastAdvanced(await mapInOrder(keys, (key) => openBuild(tx, key)))
    const [first] = builds
    if (!first) return
    const stored = schema?.collectionById(collection)
    const fillings = builds.flatMap(({ index }) => (stored && fillingOf(stored, index)) ?? [])
    if (!schema || !stored || fillings.length === 0) {
      for (const { key } of builds) tx.delete(key)
      return
    }
    const host = new DatabaseHost(schema, tx, this.parts.services)
    const { entries, done } = await tx.scan(unread(stored, first), {
      limit: this.stepSize,
      at: tx.snapshotTs,
    })
    for (const entry of entries.filter((e) => e.ts < first.since)) await tx.get(entry.key)
    for (const filling of fillings)
      await addEntries(
        new Context(host, NO_RIGHTS),
        host,
        filling,
        entries.filter((e) => e.ts < first.since),
      )
    const last = entries.at(-1)
    if (done || !last) {
      for (const { key } of builds) tx.put(key, completeBuild())
      touchSchema(tx, database, schema.version)
      return
    }
    const progress = { state: 'building', since: first.since, cursor: idOfKey(last.key) } as const
    for (const { key, done: before } of builds)
      tx.put(key, encodeBuild({ ...progress, done: before + entries.length }))
  }

  /** An index with an entry too large for a transaction can not be built. */
  private async fail(keys: readonly Key[]): Promise<void> {
    await runTransaction(this.parts.storage, async (tx) => {
      for (const build of leastAdvanced(await mapInOrder(keys, (key) => openBuild(tx, key)))) {
        const { database } = buildOfKey(build.key)
        const schema = await this.parts.schemas.load(tx, database)
        const { since, cursor, done } = build
        tx.put(build.key, encodeBuild({ state: 'failed', since, cursor, done }))
        touchSchema(tx, database, schema.version)
      }
    })
  }

  // ------------------------------------------------------------ removing

  private async garbageStep(key: Key): Promise<void> {
    const range = prefixRange(key.slice(1))
    const { value: done, ts } = await runTransaction(this.parts.storage, (tx) =>
      andThen(tx.scan(range, { limit: GARBAGE_STEP }), (chunk) => {
        for (const e of chunk.entries) tx.delete(e.key)
        if (chunk.done) tx.delete(key)
        return chunk.done
      }),
    )
    if (done) await this.parts.storage.prune(range, ts)
  }
}

/** Builds of one collection go together: one reading of its documents serves them all. */
const collectionOf = (build: Key): Key => build.slice(0, -4)

interface OpenBuild {
  readonly key: Key
  readonly index: number
  readonly since: number
  readonly cursor: bigint | undefined
  readonly done: number
}

const openBuild = (tx: Transaction, key: Key): Eventual<OpenBuild | undefined> =>
  andThen(tx.get(key), (entry) => {
    const record = entry && decodeBuild(entry.value)
    if (record?.state !== 'building') return undefined
    const { cursor, done, since } = record
    // Before the first step the record is as it was when the index was defined.
    return { key, index: buildOfKey(key).index, since: since ?? entry?.ts ?? 0, cursor, done }
  })

/** Those that have come least far, all to the same document; the others wait for them. */
function leastAdvanced(builds: readonly (OpenBuild | undefined)[]): OpenBuild[] {
  const open = builds.filter((b) => b !== undefined)
  const least = open.reduce<OpenBuild | undefined>((a, b) => (a && !isBefore(b, a) ? a : b), undefined)
  return open.filter((b) => b.cursor === least?.cursor && b.since === least?.since)
}

function isBefore(a: OpenBuild, b: OpenBuild): boolean {
  if (a.cursor === b.cursor) return a.since < b.since
  if (a.cursor === undefined) return true
  return b.cursor !== undefined && a.cursor < b.cursor
}

function unread({ prefix }: Collection, { cursor }: OpenBuild): KeyRange {
  const all = prefixRange(prefix)
  return cursor === undefined ? all : { start: successor(documentKey(prefix, cursor)), end: all.end }
}

/** The index in the active schema, or in the staged one; undefined: it has been removed. */
function fillingOf(stored: Collection, index: number): IndexFilling | undefined {
  const own = stored.indexes.find((i) => i.id === index)
  if (own) return { stored, defined: stored, migrate: undefined, indexes: [own] }
  const staged = stored.staged?.collection.indexes.find((i) => i.id === index)
  if (!staged || !stored.staged) return undefined
  return { stored, defined: stored.staged.collection, migrate: stored.staged.migrate, indexes: [staged] }
}
