/**
 * A database as one transaction and one login see it: implements what FQL asks of the data layer. Every read and write
 * of a document passes here, and here access is asked.
 */
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Host, WriteForm } from '#src/fql/eval/host.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import { formatTime } from '#src/fql/values/calendar.ts'
import { DocValue, type MissingCause } from '#src/fql/values/document.ts'
import type { CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import type { SetValue } from '#src/fql/values/set.ts'
import { isArray, ObjectValue, type TimeValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Chunk, Entry, Key, KeyRange } from '#src/storage/engine.ts'
import { prefixRange } from '#src/storage/keys/range.ts'
import type { ReadOptions, Transaction } from '#src/transaction/transaction.ts'
import { PENDING_TS } from '#src/transaction/write-buffer.ts'
import { Collection, type IndexInfo } from './collection.ts'
import type { DatabaseSchema } from './database-schema.ts'
import { DecidedReads, type Found } from './decided-reads.ts'
import { allFields, fieldOf } from './document-fields.ts'
import { DocumentVersion } from './document-version.ts'
import { type Finding, FoundDocument } from './found-document.ts'
import { oldestKept } from './history.ts'
import { encodeValue, isIndexable } from './index-key.ts'
import { rangeOf } from './index-method.ts'
import { IndexSet } from './index-set.ts'
import type { Target } from './index-targets.ts'
import { documentKey, idOfKey } from './keys.ts'
import { OperationCosts, type SetPass } from './operation-costs.ts'
import { pastEntries } from './past-entries.ts'
import { requireReads } from './require-reads.ts'
import { SchemaWrites } from './schema-writes.ts'
import type { SecurityEvent } from './security-event.ts'
import type { RequestOrigin, Services } from './services.ts'
import { login, verifyPassword } from './system/credential.ts'
import * as write from './write.ts'

/** What a login brings into a query. */
export interface LoginValues {
  readonly identity: Value | undefined
  readonly token: Value | undefined
}

const microsText = (micros: number): string => formatTime(BigInt(micros) * 1000n)

/** References reached through a document of the past are read in the past too (spec/language.md §2.11). */
function readingAt(v: Value, at: number): Value {
  if (isArray(v)) return v.map((e) => readingAt(e, at))
  if (v instanceof ObjectValue)
    return new ObjectValue(new Map([...v.fields].map(([k, x]) => [k, readingAt(x, at)])))
  return v instanceof DocValue && v.at === undefined
    ? new DocValue(v.collection, v.key, at, v.contents, v.missing)
    : v
}

/** Of tokens and credentials: the index by the document that they stand for. */
const documentIndex = (c: Collection): IndexInfo =>
  c.indexes.find((i) => i.terms[0]?.path[0] === 'document') as IndexInfo

/** Its entries for a document. Nothing stands for a document that is found by name. */
const entriesFor = ({ prefix }: IndexInfo, document: DocValue): KeyRange =>
  isIndexable(document) ? prefixRange(prefix + encodeValue(document, false)) : { start: prefix, end: prefix }

/** Versions that a transaction keeps at hand. */
const MAX_VERSIONS = 4096

export class DatabaseHost implements Host {
  readonly schema: DatabaseSchema
  readonly transaction: Transaction
  readonly services: Services
  private loginValues: LoginValues = { identity: undefined, token: undefined }
  /** Decided reads, for each set of rights: spares asking for every field. Forgotten at each write. */
  private decided = new DecidedReads()
  /** Versions read in this state of the transaction; null: none. */
  private readonly versions = new Map<Key, DocumentVersion | null>()
  private readonly deferred: (() => Eventual<void>)[] = []
  private writes: SchemaWrites | undefined
  /** Where the request came from; undefined: from the server itself. */
  origin: RequestOrigin | undefined
  /** What this query has done that concerns security; told once it has committed. */
  events: SecurityEvent[] | undefined
  /** What users pay for (spec/protocol.md §3.5). */
  readonly stats = new OperationCosts()

  constructor(schema: DatabaseSchema, transaction: Transaction, services: Services) {
    this.schema = schema
    this.transaction = transaction
    this.services = services
  }

  /** What has been done to the schema; most queries do nothing to it. */
  get schemaWrites(): SchemaWrites {
    this.writes ??= new SchemaWrites()
    return this.writes
  }
  /** The transaction leaves work for the background, once it has committed. */
  get hasBackgroundWork(): boolean {
    return this.writes?.hasBackgroundWork === true
  }

  // ------------------------------------------------------------ names, clock, login

  global(name: string): Value | undefined {
    return this.schema.global(name)
  }
  systemCollection(name: string): Value | undefined {
    return this.schema.systemObject(name)
  }
  hintsFor(ctx: Context, kind: 'collection' | 'function', name: string): readonly Diagnostic[] {
    if (!this.writes?.created[kind].has(name)) return []
    const text = `A ${kind} cannot be created and used in the same query.`
    return [{ kind: 'hint', message: text, span: ctx.run.frames.at(-1) ?? NO_SPAN }]
  }
  get snapshotTs(): number {
    return this.transaction.snapshotTs
  }
  now(): bigint {
    return this.services.clock.nanos()
  }
  newId(): bigint {
    return this.services.ids.next()
  }
  /** Says on whose behalf the query runs. */
  signIn(values: LoginValues): void {
    this.loginValues = values
  }
  identity(): Value | undefined {
    return this.loginValues.identity
  }
  token(): Value | undefined {
    return this.loginValues.token
  }
  isTypechecked(): Eventual<boolean> {
    return this.services.databases.isTypechecked(this.transaction, this.schema.database)
  }
  isProtected(ctx: Context): Eventual<boolean> {
    if ((ctx.permissions as AccessPermissions).builtIn !== 'admin') throw fail.permissionDenied()
    return this.services.databases.isProtected(this.transaction, this.schema.database)
  }

  /** Something to be checked when the query has been evaluated, such as names that it may still create. */
  defer(check: () => Eventual<void>): void {
    this.deferred.push(check)
  }
  /** Runs the deferred checks, also those that they defer, then completes what was done to the schema. */
  runDeferred(): Eventual<void> {
    const last = this.writes?.last
    if (!last) return this.runChecks()
    const { frames } = last.ctx.run
    // Where such a failure comes from is not known any more; it is told as one of the last write.
    frames.push(...last.frames)
    return andThen(this.runChecks(), () =>
      andThen(this.services.schemas.finish(last.ctx, this), () => {
        frames.length = 0
        this.schemaWrites.last = undefined
      }),
    )
  }
  private runChecks(): Eventual<void> {
    const next = this.deferred.shift()
    return next ? andThen(next(), () => this.runChecks()) : undefined
  }

  // ------------------------------------------------------------ reading

  /** The version of a document, whoever asks. Expired documents are not there. */
  version(collection: Collection, id: bigint, at: number | undefined): Eventual<DocumentVersion | undefined> {
    return andThen(this.storedVersion(collection, id, at), (v) => this.unexpired(v))
  }

  /** The same, expired or not. */
  storedVersion(
    collection: Collection,
    id: bigint,
    at: number | undefined,
  ): Eventual<DocumentVersion | undefined> {
    if (at !== undefined) {
      this.requireHistory(collection, at)
      return this.readVersion(collection, documentKey(collection.prefix, id), at)
    }
    const key = documentKey(collection.prefix, id)
    const known = this.versions.get(key)
    if (known !== undefined) return known ?? undefined
    const version = this.readVersion(collection, key, undefined)
    if (!(version instanceof Promise)) this.remember(key, version)
    return version
  }

  /** Predicates, fields and results ask for the same documents: the store is asked once. */
  private remember(key: Key, version: DocumentVersion | undefined): void {
    if (this.versions.size >= MAX_VERSIONS) this.versions.clear()
    this.versions.set(key, version ?? null)
  }

  private readVersion(
    collection: Collection,
    key: Key,
    at: number | undefined,
  ): Eventual<DocumentVersion | undefined> {
    const entry = this.transaction.get(key, at)
    return entry instanceof Promise
      ? entry.then((e) => this.decoded(collection, e, at))
      : this.decoded(collection, entry, at)
  }

  private decoded(
    collection: Collection,
    entry: Entry | undefined,
    at: number | undefined,
  ): DocumentVersion | undefined {
    if (!entry) return undefined
    const known = this.schema.cache.get(entry, this.schema)
    if (known) return known
    const keep = entry.ts !== PENDING_TS && at === undefined && this.schema.cache.admits(entry.key)
    if (!keep && !collection.migrate) return DocumentVersion.open(entry, this.schema.resolve)
    const version = this.decodeMigrated(collection, entry)
    if (keep) this.schema.cache.put(entry.key, version, this.schema)
    return version
  }

  /** A stored version in the shape that the schema gives it now. */
  decodeMigrated(collection: Collection, entry: Entry): DocumentVersion {
    const version = DocumentVersion.decode(entry, this.schema.resolve)
    if (!collection.migrate) return version
    const fields = collection.migrate(version.fields, version.ts ?? this.snapshotTs)
    if (fields === version.fields) return version
    return new DocumentVersion(version.ts, version.ttl, fields, version.internal).storedAs(entry)
  }

  /** The version as of a time, however long ago, whoever asks; undefined: none, or expired by then. */
  versionAsOf(collection: Collection, id: bigint, at: number): Eventual<DocumentVersion | undefined> {
    return andThen(this.transaction.get(documentKey(collection.prefix, id), at), (entry) => {
      const version = entry && this.decodeMigrated(collection, entry)
      return version?.isExpired(at) ? undefined : version
    })
  }

  /** The earliest time whose history is sure to be there; 0: all of it is. */
  oldestReadable(collection: Collection): number {
    return oldestKept(collection, this.snapshotTs)
  }

  private requireHistory(collection: Collection, at: number): void {
    const least = this.oldestReadable(collection)
    if (at < least)
      throw fail.invalidRequest(
        `Requested timestamp ${microsText(at)} less than minimum allowed timestamp ${microsText(least)}.`,
      )
  }

  /** The internal id of a document; a name is looked up. */
  idOf(collection: Collection, key: bigint | string, at: number | undefined): Eventual<bigint | undefined> {
    if (typeof key === 'bigint') return key
    const index = collection.uniques[0]?.index
    if (!index) return undefined
    const range = prefixRange(index.prefix + encodeValue(key, false))
    return andThen(this.transaction.scan(range, { limit: 1, at }), ({ entries }) => {
      const entry = entries[0]
      return entry && idOfKey(entry.key)
    })
  }

  /** The version behind a document value, if these rights may read it; or why there is none. */
  find(ctx: Context, doc: DocValue): Eventual<Found> {
    if (doc.missing) return doc.missing
    if (doc.contents) return doc.contents as DocumentVersion
    const { collection } = doc.collection
    if (!(collection instanceof Collection)) return 'collection deleted'
    const rights = ctx.permissions as AccessPermissions
    const found = doc instanceof FoundDocument && doc.versionFor(ctx, rights, this.decided)
    if (found) return found
    const at = doc.at ?? ctx.at
    const time = at === undefined && ctx.present === undefined ? undefined : `${at}/${ctx.present}`
    return this.decided.find(rights, collection, doc.key, time, () =>
      this.decide(ctx, rights, collection, doc, at),
    )
  }

  private decide(
    ctx: Context,
    rights: AccessPermissions,
    collection: Collection,
    doc: DocValue,
    at: number | undefined,
  ): Eventual<Found> {
    const action = at === undefined ? 'read' : 'history_read'
    const plain = at === undefined && rights.readsAll(collection)
    const allowed =
      plain ||
      rights.allows(ctx, action, collection, [at === undefined ? doc : new DocValue(doc.collection, doc.key)])
    return andThen(allowed, (yes): Eventual<Found> => {
      if (!yes) return 'permission denied'
      const readAt = at ?? ctx.present
      return andThen(this.idOf(collection, doc.key, readAt), (id): Eventual<Found> => {
        if (id === undefined) return 'not found'
        return andThen(this.version(collection, id, readAt), (v): Found => {
          this.stats.document(collection, doc.key, readAt, v)
          return v ?? 'not found'
        })
      })
    })
  }

  missing(ctx: Context, doc: DocValue): Eventual<MissingCause | undefined> {
    const found = this.find(ctx, doc)
    if (found instanceof Promise) return found.then((f) => (typeof f === 'string' ? f : undefined))
    return typeof found === 'string' ? found : undefined
  }

  field(ctx: Context, doc: DocValue, name: string): Eventual<Value | undefined> {
    const found = this.find(ctx, doc)
    return found instanceof Promise
      ? found.then((f) => this.fieldOf(ctx, doc, name, f))
      : this.fieldOf(ctx, doc, name, found)
  }

  private fieldOf(ctx: Context, doc: DocValue, name: string, found: Found): Eventual<Value | undefined> {
    if (typeof found === 'string') return undefined
    const collection = doc.collection.collection as Collection
    const computed = collection.computed.size > 0 && collection.computed.has(name)
    if (computed) this.stats.readComputed(doc, name)
    const value = fieldOf(ctx, this, collection, doc, found, name)
    if (!computed) this.stats.readField(doc, name, value, found)
    const { at } = doc
    return at === undefined ? value : andThen(value, (v) => v && readingAt(v, at))
  }

  rawField(doc: DocValue, name: string): Eventual<Value | undefined> {
    const { collection } = doc.collection
    if (doc.contents) return (doc.contents as DocumentVersion).fields.get(name)
    if (!(collection instanceof Collection) || typeof doc.key === 'string') return undefined
    return andThen(this.version(collection, doc.key, doc.at), (v) => v?.fields.get(name))
  }

  contents(ctx: Context, doc: DocValue): Eventual<ReadonlyMap<string, Value> | MissingCause> {
    const found = this.find(ctx, doc)
    return found instanceof Promise
      ? found.then((f) => this.contentsOf(ctx, doc, f))
      : this.contentsOf(ctx, doc, found)
  }

  private contentsOf(
    ctx: Context,
    doc: DocValue,
    found: Found,
  ): Eventual<ReadonlyMap<string, Value> | MissingCause> {
    if (typeof found === 'string') return found
    this.stats.readAll(doc, found)
    return allFields(ctx, this, doc.collection.collection as Collection, doc, found)
  }

  // ------------------------------------------------------------ sets

  all(ctx: Context, module: ModuleValue, range: Value | undefined): SetValue {
    const keys = rangeOf((module.collection as Collection).prefix, [], range)
    return new IndexSet(module, '', keys, ctx.at, false, range !== undefined)
  }

  byDocument(ctx: Context, collection: CollectionHandle, document: DocValue): SetValue {
    const c = collection as Collection
    return new IndexSet(c.module, 'byDocument', entriesFor(documentIndex(c), document), ctx.at)
  }

  credentialOf(ctx: Context, collection: CollectionHandle, document: DocValue): Eventual<Value> {
    const c = collection as Collection
    return andThen(
      this.transaction.scan(entriesFor(documentIndex(c), document), { limit: 1, at: ctx.at }),
      ({ entries }) => new DocValue(c.module, entries[0] ? idOfKey(entries[0].key) : -1n, ctx.at),
    )
  }

  /** Entries for a set, the transaction's own among them. */
  scanEntries(
    ctx: Context,
    set: IndexSet,
    range: KeyRange,
    options: ReadOptions,
    pass: SetPass,
  ): Eventual<Chunk> {
    const { at, reverse = false } = options
    if (at !== undefined) this.requireHistory(set.collection, at)
    const named = set.collection.namedIndexes.get(set.index)
    const stored =
      at !== undefined && named && at < named.since
        ? pastEntries(ctx, this, set.collection, named.index, range, at, reverse)
        : this.transaction.scan(range, options)
    return andThen(stored, (chunk) => {
      this.stats.entries(set.partitions, set.index === '', pass, chunk)
      return chunk
    })
  }

  /** What the documents of a set have in common. */
  findingOf({ collection, at, coverage }: IndexSet, ctx: Context): Finding {
    return { collection, at: at ?? ctx.at, present: ctx.present, state: this.decided, coverage }
  }

  /** Nothing has been written since. */
  isPresent(finding: Finding): boolean {
    return finding.state === this.decided
  }

  /** The document whose own entry this is, as it is now, if these rights may read it. */
  readableEntry(ctx: Context, finding: Finding, entry: Entry): Eventual<DocValue | undefined> {
    const { collection } = finding
    const version = collection.migrate
      ? this.decodeMigrated(collection, entry)
      : DocumentVersion.open(entry, this.schema.resolve)
    return this.readable(ctx, finding, idOfKey(entry.key), this.unexpired(version))
  }

  /** The document that an index entry ends in, if it is there and these rights may read it. */
  readableTarget(ctx: Context, finding: Finding, target: Target): Eventual<DocValue | undefined> {
    const { collection, at, present } = finding
    const time = at ?? present
    const version =
      time === undefined ? this.targetVersion(collection, target) : this.version(collection, target.id, time)
    if (version instanceof Promise) return version.then((v) => this.readable(ctx, finding, target.id, v))
    return this.readable(ctx, finding, target.id, version)
  }

  /** It is not remembered: the document carries it along. */
  private targetVersion(collection: Collection, { key }: Target): Eventual<DocumentVersion | undefined> {
    const version = this.readVersion(collection, key, undefined)
    return version instanceof Promise ? version.then((v) => this.unexpired(v)) : this.unexpired(version)
  }

  private unexpired(version: DocumentVersion | undefined): DocumentVersion | undefined {
    return version?.isExpired(this.snapshotTs) ? undefined : version
  }

  private readable(
    ctx: Context,
    finding: Finding,
    id: bigint,
    version: DocumentVersion | undefined,
  ): Eventual<DocValue | undefined> {
    const { collection, at } = finding
    const key = collection.named ? version?.field('name') : id
    if (!version || (typeof key !== 'string' && typeof key !== 'bigint')) return undefined
    const doc = new FoundDocument(finding, key, version)
    const rights = ctx.permissions as AccessPermissions
    if (at === undefined && rights.readsAll(collection)) {
      doc.readers = rights
      return doc
    }
    const action = at === undefined ? 'read' : 'history_read'
    const asked = at === undefined ? doc : new DocValue(collection.module, key)
    return andThen(rights.allows(ctx, action, collection, [asked]), (yes) => {
      if (!yes) return undefined
      doc.readers = rights
      return doc
    })
  }

  /** Where the entries of a set in a cursor must lie; checks the right to call the index again. */
  indexPrefixOf(ctx: Context, collection: Collection, index: string): Key | undefined {
    if (index === 'byDocument') return documentIndex(collection).prefix
    const named = collection.namedIndexes.get(index)
    if (!named) return undefined
    requireReads(ctx, collection)
    return named.index.prefix
  }

  // ------------------------------------------------------------ writing

  create(ctx: Context, collection: CollectionHandle, data: ObjectValue, form: WriteForm): Eventual<Value> {
    return write.create(ctx, this, collection as Collection, data, form)
  }
  update(ctx: Context, doc: DocValue, data: ObjectValue, form: WriteForm): Eventual<Value> {
    return write.update(ctx, this, doc, data, form)
  }
  replace(ctx: Context, doc: DocValue, data: ObjectValue, form: WriteForm): Eventual<Value> {
    return write.replace(ctx, this, doc, data, form)
  }
  delete(ctx: Context, doc: DocValue): Eventual<Value> {
    return write.remove(ctx, this, doc)
  }
  verifyPassword(ctx: Context, credential: DocValue, password: string): Eventual<boolean> {
    return verifyPassword(ctx, this, credential, password)
  }
  login(ctx: Context, credential: DocValue, password: string, ttl: TimeValue | undefined): Eventual<Value> {
    return login(ctx, this, credential, password, ttl)
  }

  /** After a write, decided reads may be wrong. */
  forgetReads(): void {
    this.decided = new DecidedReads()
    this.versions.clear()
  }
}
