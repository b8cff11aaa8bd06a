/**
 * Work that schema changes leave behind: filling indexes of large collections, removing what nothing reaches any more
 * (spec/data.md §5.2). In small transactions beside the queries; what is left to do is in the store, so a restarted
 * server goes on.
 */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { NO_RIGHTS } from '#src/access/roles/built-in.ts'
import { DatabaseHost } from '#src/data/database-host.ts'
import type { DatabaseSchema } from '#src/data/database-schema.ts'
import { addEntries, type IndexFilling } from '#src/data/index-build.ts'
import { ALL_BUILDS, ALL_GARBAGE, buildOfKey, documentKey, idOfKey } from '#src/data/keys.ts'
import { scanAll } from '#src/data/scan-all.ts'
import { type BuildRecord, decodeBuild, encodeBuild, touchSchema } from '#src/data/schema-state.ts'
import { Context } from '#src/fql/eval/context.ts'
import { andThen } from '#src/lib/eventual.ts'
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

/** Documents of one step at first, at least and at most; the number follows the time that steps take. */
const FIRST_STEP = 64
const LEAST_STEP = 8
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
      for (const key of builds) await this.guarded(() => this.buildStep(key))
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

  private async buildStep(key: Key): Promise<void> {
    let busy = 0
    try {
      await runTransaction(this.parts.storage, async (tx) => {
        const start = performance.now()
        await this.fillSome(tx, key)
        busy = performance.now() - start
      })
      this.adapt(busy)
    } catch (error) {
      if (!(error instanceof TransactionTooLarge)) throw error
      if (this.stepSize > LEAST_STEP) this.stepSize = LEAST_STEP
      else await this.fail(key)
    }
  }

  private adapt(busy: number): void {
    if (busy > STEP_MS) this.stepSize = Math.max(LEAST_STEP, Math.floor(this.stepSize / 2))
    else if (busy < STEP_MS / 2) this.stepSize = Math.min(MOST_STEP, this.stepSize * 2)
  }

  /** The next documents of one index. */
  private async fillSome(tx: Transaction, key: Key): Promise<void> {
    const entry = await tx.get(key)
    const record = entry && decodeBuild(entry.value)
    if (record?.state !== 'building') return
    const { database, collection: id, index } = buildOfKey(key)
    const schema = (await isAlive(tx, database)) ? await this.parts.schemas.load(tx, database) : undefined
    const filling = schema && fillingOf(schema, id, index)
    if (!schema || !filling) {
      tx.delete(key)
      return
    }
    const host = new DatabaseHost(schema, tx, this.parts.services)
    const range = unread(filling, record)
    const { entries, done } = await tx.scan(range, { limit: this.stepSize })
    await addEntries(new Context(host, NO_RIGHTS), host, filling, entries)
    const last = entries.at(-1)
    if (done || !last) {
      tx.delete(key)
      touchSchema(tx, database, schema.version)
      return
    }
    const progress = {
      state: 'building',
      cursor: idOfKey(last.key),
      done: record.done + entries.length,
    } as const
    tx.put(key, encodeBuild(progress))
  }

  /** An index with an entry too large for a transaction can not be built. */
  private async fail(key: Key): Promise<void> {
    await runTransaction(this.parts.storage, async (tx) => {
      const entry = await tx.get(key)
      if (!entry) return
      const { database } = buildOfKey(key)
      const schema = await this.parts.schemas.load(tx, database)
      tx.put(key, encodeBuild({ ...decodeBuild(entry.value), state: 'failed' }))
      touchSchema(tx, database, schema.version)
    })
  }

  // ------------------------------------------------------------ removing

  private async garbageStep(key: Key): Promise<void> {
    const prefix = key.slice(1)
    await runTransaction(this.parts.storage, (tx) =>
      andThen(tx.scan(prefixRange(prefix), { limit: GARBAGE_STEP }), ({ entries, done }) => {
        for (const e of entries) tx.delete(e.key)
        if (done) tx.delete(key)
      }),
    )
  }
}

const unread = ({ stored }: IndexFilling, { cursor }: BuildRecord): KeyRange => {
  const all = prefixRange(stored.prefix)
  return cursor === undefined ? all : { start: successor(documentKey(stored.prefix, cursor)), end: all.end }
}

/** The index in the active schema, or in the staged one; undefined: it has been removed. */
function fillingOf(schema: DatabaseSchema, id: number, index: number): IndexFilling | undefined {
  const stored = schema.collectionById(id)
  if (!stored) return undefined
  const own = stored.indexes.find((i) => i.id === index)
  if (own) return { stored, defined: stored, migrate: undefined, indexes: [own] }
  const staged = stored.staged?.collection.indexes.find((i) => i.id === index)
  if (!staged || !stored.staged) return undefined
  return { stored, defined: stored.staged.collection, migrate: stored.staged.migrate, indexes: [staged] }
}
