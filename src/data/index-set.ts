/** Sets that come from the store: all documents of a collection, or the entries of an index. */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Coverage } from '#src/fql/eval/hints.ts'
import { type FieldPath, type FollowableSet, IN_THE_PAST } from '#src/fql/sets/event-source.ts'
import { registerShape, timeOf, timePart } from '#src/fql/sets/shapes.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { END, MAX_PAGE_SIZE, type SetIterator, SetValue } from '#src/fql/values/set.ts'
import { BytesValue, type Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Chunk, Entry, Key, KeyRange } from '#src/storage/engine.ts'
import { prefixEnd, rest } from '#src/storage/keys/range.ts'
import { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import type { Finding } from './found-document.ts'
import { IndexTargets } from './index-targets.ts'
import { type SetPass, setPass } from './operation-costs.ts'
import { requireReads } from './require-reads.ts'
import { pathText } from './storable.ts'

/** Entries asked of the store at first, and at most; in between it doubles. */
const FIRST_CHUNK = 17
const MAX_CHUNK = 512

export class IndexSet extends SetValue implements FollowableSet {
  readonly shape = 'index'
  readonly pageSize = undefined
  /** The collection object that it was asked of: texts show its name. */
  readonly module: ModuleValue
  readonly collection: Collection
  /** Empty for the documents themselves. */
  readonly index: string
  readonly range: KeyRange
  readonly reversed: boolean
  readonly at: number | undefined
  /** A part of the terms' range was asked for. */
  readonly bounded: boolean
  /** What its entries hold; undefined: nothing, or it came with a cursor. */
  readonly coverage: Coverage | undefined

  constructor(
    module: ModuleValue,
    index: string,
    range: KeyRange,
    at: number | undefined,
    reversed = false,
    bounded = false,
    coverage?: Coverage,
  ) {
    super()
    this.module = module
    this.collection = module.collection as Collection
    this.index = index
    this.range = range
    this.reversed = reversed
    this.at = at
    this.bounded = bounded
    this.coverage = coverage
  }

  /** Read ops of a page: sets without terms are spread over partitions in the reference (spec/protocol.md §3.5). */
  get partitions(): number {
    return this.collection.namedIndexes.get(this.index)?.index.terms.length || this.index === 'byDocument'
      ? 1
      : 8
  }

  iterate(ctx: Context, size = MAX_PAGE_SIZE): SetIterator {
    return new IndexIterator(this, ctx, size)
  }

  /** Reversed twice stays reversed, as in the reference (spec/data.md §7.5). */
  reverse(): SetValue {
    return new IndexSet(this.module, this.index, this.range, this.at, true, this.bounded, this.coverage)
  }

  parts(): readonly (Value | undefined)[] {
    const bytes = (key: string) => new BytesValue(Buffer.from(key, 'latin1'))
    return [
      this.module,
      this.index,
      bytes(this.range.start),
      bytes(this.range.end),
      this.reversed,
      timePart(this.at),
      this.bounded,
    ]
  }

  /** Only the present of whole sets of user collections can be followed (spec/data.md §13.1). */
  checkFollowable(ctx: Context, method: string): void {
    const reason = this.whyNotFollowable()
    if (reason !== undefined) throw fail.invalidReceiver(method, reason)
    requireReads(ctx, this.collection, this.module.name)
  }

  private whyNotFollowable(): string | undefined {
    if (this.at !== undefined) return IN_THE_PAST
    if (this.reversed) return 'streaming is not supported on sets that have been reversed.'
    if (this.bounded) return 'range queries are not supported yet, use `.where()` method instead.'
    if (!this.collection.user) return 'only collections and user defined indexes are streamable.'
    return undefined
  }

  /** Of an index, only changes of its terms, values and the id are known, unless `ts` is among them. */
  checkWatched(paths: readonly FieldPath[]): void {
    const index = this.collection.namedIndexes.get(this.index)?.index
    if (!index) return
    const covered = new Set([...index.terms, ...index.values].map((p) => pathText(p.path)))
    if (covered.has('ts')) return
    const others = paths.map(pathText).filter((p) => p !== 'id' && !covered.has(p))
    if (others.length > 0)
      throw fail.invalidArgument(
        'fields',
        `${others.map((p) => `\`${p}\``).join(', ')} not covered by the \`${this.index}\` index.`,
      )
  }

  /** The set of what follows an entry. */
  after(range: KeyRange): IndexSet {
    return new IndexSet(this.module, this.index, range, this.at, this.reversed, this.bounded, this.coverage)
  }
}

/** Rebuilds a set from a cursor; its range must lie in the collection and index that it names, and be allowed. */
registerShape('index', (ctx, parts) => {
  const [module, index, start, end, reversed, at, bounded] = parts
  if (!(module instanceof ModuleValue)) throw fail.invalidCursor()
  const { collection } = module
  if (
    !(collection instanceof Collection) ||
    typeof index !== 'string' ||
    !(start instanceof BytesValue) ||
    !(end instanceof BytesValue) ||
    typeof reversed !== 'boolean' ||
    (at !== undefined && timeOf(at) === undefined)
  )
    throw fail.invalidCursor()
  const host = ctx.host as DatabaseHost
  const range = { start: text(start), end: text(end) }
  const prefix = index === '' ? collection.prefix : host.indexPrefixOf(ctx, collection, index)
  if (!prefix || !range.start.startsWith(prefix) || range.end > prefixEnd(prefix)) throw fail.invalidCursor()
  return new IndexSet(module, index, range, timeOf(at), reversed, bounded === true)
})

const text = (v: BytesValue): string => Buffer.from(v.bytes).toString('latin1')

class IndexIterator implements SetIterator {
  private readonly set: IndexSet
  private readonly ctx: Context
  private readonly host: DatabaseHost
  private readonly at: number | undefined
  private finding: Finding
  /** The entries are the documents themselves, as they are now. */
  private stored = false
  /** Key of the last element given. */
  private last: Key | undefined
  /** What the chunks read so far leave over; undefined: nothing. */
  private unread: KeyRange | undefined
  private entries: readonly Entry[] = []
  private targets: IndexTargets | undefined
  private position = 0
  private chunkSize = FIRST_CHUNK
  private readonly pass: SetPass

  constructor(set: IndexSet, ctx: Context, size: number) {
    this.set = set
    this.ctx = ctx
    this.host = ctx.host as DatabaseHost
    this.at = set.at ?? ctx.at
    this.finding = this.host.findingOf(set, ctx)
    this.unread = set.range
    const { start, end } = set.range
    this.pass = setPass(`${start}/${end}/${set.reversed}/${this.at ?? ctx.present}/${size}`)
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
      this.last = entry.key
      const document = this.document(entry, this.position++)
      if (document instanceof Promise) return document.then((d) => d ?? this.next())
      if (document) return document
      const pause = this.ctx.run.tick()
      if (pause) return pause.then(() => this.next())
    }
  }

  private document(entry: Entry, i: number): Eventual<DocValue | undefined> {
    const finding = this.presentFinding()
    if (this.stored) return this.host.readableEntry(this.ctx, finding, entry)
    this.targets ??= IndexTargets.of(this.set.collection.prefix, this.entries)
    return this.host.readableTarget(this.ctx, finding, this.targets.at(i))
  }

  /** After a write the documents of the chunk may have changed. */
  private presentFinding(): Finding {
    if (!this.host.isPresent(this.finding)) {
      this.finding = this.host.findingOf(this.set, this.ctx)
      this.stored = false
    }
    return this.finding
  }

  private load(range: KeyRange): Eventual<void> {
    const options = { reverse: this.set.reversed, limit: this.chunkSize, at: this.at ?? this.ctx.present }
    const chunk = this.host.scanEntries(this.ctx, this.set, range, options, this.pass)
    return chunk instanceof Promise ? chunk.then((c) => this.take(range, c)) : this.take(range, chunk)
  }

  private take(range: KeyRange, chunk: Chunk): void {
    const last = chunk.entries.at(-1)
    this.entries = chunk.entries
    this.targets = undefined
    this.position = 0
    this.finding = this.host.findingOf(this.set, this.ctx)
    this.stored = this.set.index === ''
    this.chunkSize = Math.min(this.chunkSize * 2, MAX_CHUNK)
    this.unread = chunk.done || !last ? undefined : rest(range, last.key, this.set.reversed)
  }

  rest(): SetValue {
    const { range, reversed } = this.set
    return this.set.after(this.last === undefined ? range : rest(range, this.last, reversed))
  }
}
