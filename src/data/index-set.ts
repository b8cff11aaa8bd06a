/** Sets that come from the store: all documents of a collection, or the entries of an index. */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { registerShape } from '#src/fql/sets/shapes.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { END, type SetIterator, SetValue } from '#src/fql/values/set.ts'
import { BytesValue, type Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Chunk, Entry, KeyRange } from '#src/storage/engine.ts'
import { rest } from '#src/storage/keys/range.ts'
import { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { idOfKey } from './keys.ts'

/** Entries asked of the store at first, and at most; in between it doubles. */
const FIRST_CHUNK = 17
const MAX_CHUNK = 512

export class IndexSet extends SetValue {
  readonly shape = 'index'
  readonly pageSize = undefined
  readonly collection: Collection
  /** Empty for the documents themselves. */
  readonly index: string
  readonly range: KeyRange
  readonly reversed: boolean
  readonly at: number | undefined
  /** A part of the terms' range was asked for. */
  readonly bounded: boolean

  constructor(
    collection: Collection,
    index: string,
    range: KeyRange,
    at: number | undefined,
    reversed = false,
    bounded = false,
  ) {
    super()
    this.collection = collection
    this.index = index
    this.range = range
    this.reversed = reversed
    this.at = at
    this.bounded = bounded
  }

  /** Read ops of a page: sets without terms are spread over partitions in the reference (spec/protocol.md §3.5). */
  get partitions(): number {
    return this.collection.namedIndexes.get(this.index)?.index.terms.length || this.index === 'byDocument'
      ? 1
      : 8
  }

  iterate(ctx: Context): SetIterator {
    return new IndexIterator(this, ctx)
  }

  /** Reversed twice stays reversed, as in the reference (spec/data.md §7.5). */
  reverse(): SetValue {
    return new IndexSet(this.collection, this.index, this.range, this.at, true, this.bounded)
  }

  parts(): readonly (Value | undefined)[] {
    const bytes = (key: string) => new BytesValue(Buffer.from(key, 'latin1'))
    return [
      this.collection.module,
      this.index,
      bytes(this.range.start),
      bytes(this.range.end),
      this.reversed,
      this.at === undefined ? undefined : BigInt(this.at),
      this.bounded,
    ]
  }

  /** The set of what follows an entry. */
  after(range: KeyRange): IndexSet {
    return new IndexSet(this.collection, this.index, range, this.at, this.reversed, this.bounded)
  }
}

/** Rebuilds a set from a cursor; its range must lie in the collection and index that it names, and be allowed. */
registerShape('index', (ctx, parts) => {
  const [module, index, start, end, reversed, at, bounded] = parts
  const collection = module instanceof ModuleValue ? module.collection : undefined
  if (
    !(collection instanceof Collection) ||
    typeof index !== 'string' ||
    !(start instanceof BytesValue) ||
    !(end instanceof BytesValue) ||
    typeof reversed !== 'boolean'
  )
    throw fail.invalidCursor()
  const host = ctx.host as DatabaseHost
  const range = { start: text(start), end: text(end) }
  const prefix = index === '' ? collection.prefix : host.indexPrefixOf(ctx, collection, index)
  if (!prefix || !range.start.startsWith(prefix)) throw fail.invalidCursor()
  return new IndexSet(
    collection,
    index,
    range,
    at === undefined ? undefined : Number(at),
    reversed,
    bounded === true,
  )
})

const text = (v: BytesValue): string => Buffer.from(v.bytes).toString('latin1')

class IndexIterator implements SetIterator {
  private readonly set: IndexSet
  private readonly ctx: Context
  private readonly host: DatabaseHost
  private readonly at: number | undefined
  /** What the elements given so far leave over. */
  private left: KeyRange
  /** What the chunks read so far leave over; undefined: nothing. */
  private unread: KeyRange | undefined
  private entries: readonly Entry[] = []
  private position = 0
  private chunkSize = FIRST_CHUNK

  constructor(set: IndexSet, ctx: Context) {
    this.set = set
    this.ctx = ctx
    this.host = ctx.host as DatabaseHost
    this.at = set.at ?? ctx.at
    this.left = set.range
    this.unread = set.range
  }

  next(): Eventual<Value | typeof END> {
    for (;;) {
      const entry = this.entries[this.position]
      if (!entry) {
        if (!this.unread) return END
        const loaded = this.load(this.unread)
        if (loaded instanceof Promise) return loaded.then(() => this.next())
        continue
      }
      this.position++
      this.left = rest(this.set.range, entry.key, this.set.reversed)
      const document = this.host.readableEntry(this.ctx, this.set.collection, idOfKey(entry.key), this.at)
      if (document instanceof Promise) return document.then((d) => d ?? this.next())
      if (document) return document
      const pause = this.ctx.run.tick()
      if (pause) return pause.then(() => this.next())
    }
  }

  private load(range: KeyRange): Eventual<void> {
    const options = { reverse: this.set.reversed, limit: this.chunkSize, at: this.at ?? this.ctx.present }
    const chunk = this.host.scanEntries(this.set, range, options)
    return chunk instanceof Promise ? chunk.then((c) => this.take(range, c)) : this.take(range, chunk)
  }

  private take(range: KeyRange, chunk: Chunk): void {
    const last = chunk.entries.at(-1)
    this.entries = chunk.entries
    this.position = 0
    this.chunkSize = Math.min(this.chunkSize * 2, MAX_CHUNK)
    this.unread = chunk.done || !last ? undefined : rest(range, last.key, this.set.reversed)
  }

  rest(): SetValue {
    return this.set.after(this.left)
  }
}
