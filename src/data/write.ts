/** Creating, updating, replacing and deleting documents: one path for all collections (spec/data.md §2.2). */
import type { AccessPermissions, DocumentAction } from '#src/access/roles/permissions.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { notFound } from '#src/fql/eval/field-access.ts'
import type { WriteForm } from '#src/fql/eval/host.ts'
import { idIn } from '#src/fql/eval/runtime-type.ts'
import { NANOS_PER_DAY } from '#src/fql/values/calendar.ts'
import { DocValue } from '#src/fql/values/document.ts'
import {
  isNull,
  type ObjectValue,
  TimeValue,
  TransactionTimeValue,
  type Value,
} from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { isReservedFieldName } from '#src/schema/model/names.ts'
import { recordChange } from './change-log.ts'
import { checkDocument } from './check-constraints.ts'
import type { Collection } from './collection.ts'
import type { DatabaseHost } from './database-host.ts'
import { withDefaults } from './defaults.ts'
import { DocumentVersion } from './document-version.ts'
import { noteExpiry } from './expiry.ts'
import { located, type Operation, operationText, refuse } from './failures.ts'
import { maintainIndexes } from './index-maintenance.ts'
import { documentKey } from './keys.ts'
import type { Failure, NativeWrite } from './native-collection.ts'
import { checkNativeFields } from './native-fields.ts'
import { providedType } from './provided-type.ts'
import { requireVersionSize } from './sizes.ts'
import { patch, storableFields } from './storable.ts'
import { encodeVersion } from './value-codec.ts'

type Fields = ReadonlyMap<string, Value>

const MAX_ID = 2n ** 63n - 1n

/** What a write of one document is about, filled in step by step. */
interface Draft {
  readonly ctx: Context
  readonly host: DatabaseHost
  readonly collection: Collection
  readonly operation: Operation
  readonly id: bigint
  readonly before: DocumentVersion | undefined
  readonly given: Fields
  readonly replacing: boolean
  readonly ttl?: GivenTtl
}

// ---------------------------------------------------------------- create

export function create(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  data: ObjectValue,
  form: WriteForm,
): Eventual<Value> {
  requirePresent(ctx)
  const operation: Operation = { verb: 'create', collection, key: undefined }
  if (form === 'document') refuseComputed(operation, data.fields)
  const fields = new Map(data.fields)
  const givenId = form === 'document' && !collection.named ? takeId(operation, fields) : undefined
  return andThen(givenId ?? collection.native?.newId?.(host) ?? host.newId(), (id) =>
    createWithId(ctx, host, collection, operation, fields, form, id, givenId),
  )
}

function createWithId(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  operation: Operation,
  fields: Map<string, Value>,
  form: WriteForm,
  id: bigint,
  givenId: bigint | undefined,
): Eventual<Value> {
  const ttl = form === 'document' ? takeTtl(collection, fields) : undefined
  const stored = storableFields(fields, 'keep')
  const version = new DocumentVersion(undefined, ttlOf(host, collection, ttl, undefined, true), stored)
  const doc = new DocValue(collection.module, keyFor(collection, id, stored), undefined, version)
  const draft: Draft = {
    ctx,
    host,
    collection,
    operation,
    id,
    before: undefined,
    given: fields,
    replacing: false,
    ttl,
  }
  return andThen(mayCreate(ctx, collection, doc, givenId !== undefined), () => {
    noteWrite(host, collection)
    return andThen(formerOf(host, collection, givenId), (former) => {
      if (form === 'document') refuseReserved(operation, fields)
      return andThen(complete(draft, version), (after) =>
        andThen(store(draft, after, former), (extra) => created(collection, id, after, extra)),
      )
    })
  })
}

const keyFor = (collection: Collection, id: bigint, fields: Fields): bigint | string => {
  const name = fields.get('name')
  return collection.named ? (typeof name === 'string' ? name : '') : id
}

/** The document that `create` answers; those that show a secret once carry their fields. */
function created(
  collection: Collection,
  id: bigint,
  after: DocumentVersion,
  extra: Fields | undefined,
): Value {
  const key = keyFor(collection, id, after.fields)
  if (!extra) return new DocValue(collection.module, key)
  const contents = new DocumentVersion(
    after.ts,
    after.ttl,
    new Map([...after.fields, ...extra]),
    after.internal,
  )
  return new DocValue(collection.module, key, undefined, contents)
}

/** Takes `id` out of the fields. */
function takeId(operation: Operation, fields: Map<string, Value>): bigint | undefined {
  const given = fields.get('id')
  if (given === undefined) return undefined
  fields.delete('id')
  const failure = (message: string): Failure[] => [{ path: ['id'], message }]
  if (isNull(given)) {
    refuse(operation, failure('Missing required field of type ID | String | Long'))
    return undefined
  }
  const id = idIn(given)
  if (id === undefined)
    refuse(operation, failure(`Expected ID | String | Long, provided ${providedType(given)}`))
  if (id !== undefined && (id < 0n || id > MAX_ID)) refuse(operation, failure('id must be nonnegative'))
  return id
}

function mayCreate(ctx: Context, collection: Collection, doc: DocValue, withId: boolean): Eventual<void> {
  const rights = ctx.permissions as AccessPermissions
  const ask = (action: DocumentAction) => rights.allows(ctx, action, collection, [doc])
  const withOwnId = () => andThen(ask('create_with_id'), (yes) => yes || ask('history_write'))
  return andThen(withId ? withOwnId() : true, (idAllowed) => {
    if (!idAllowed) throw fail.permissionDenied()
    return andThen(ask('create'), requireAllowed)
  })
}

const requireAllowed = (allowed: boolean): void => {
  if (!allowed) throw fail.permissionDenied()
}

/** The expired document of this id, whose index entries are still there. Fails when there is a live one. */
function formerOf(
  host: DatabaseHost,
  collection: Collection,
  id: bigint | undefined,
): Eventual<DocumentVersion | undefined> {
  if (id === undefined) return undefined
  return andThen(host.storedVersion(collection, id, undefined), (found) => {
    if (found && !found.isExpired(host.snapshotTs)) throw fail.documentIdExists(collection.name, id)
    return found
  })
}

// ---------------------------------------------------------------- update, replace

export function update(
  ctx: Context,
  host: DatabaseHost,
  doc: DocValue,
  data: ObjectValue,
  form: WriteForm,
): Eventual<Value> {
  return change(ctx, host, doc, data, form, false)
}

export function replace(
  ctx: Context,
  host: DatabaseHost,
  doc: DocValue,
  data: ObjectValue,
  form: WriteForm,
): Eventual<Value> {
  return change(ctx, host, doc, data, form, true)
}

function change(
  ctx: Context,
  host: DatabaseHost,
  doc: DocValue,
  data: ObjectValue,
  form: WriteForm,
  replacing: boolean,
): Eventual<Value> {
  requirePresent(ctx, doc)
  const collection = doc.collection.collection as Collection
  const operation: Operation = { verb: 'update', collection, key: doc.key }
  return andThen(existing(ctx, host, doc), ({ id, version: before }) => {
    const fields = new Map(data.fields)
    const ttl = form === 'document' ? takeTtl(collection, fields) : undefined
    const merged = replacing ? storableFields(fields, 'keep') : patch(before.fields, fields)
    if (form === 'document') refuseComputed(operation, fields)
    const nextTtl = ttlOf(host, collection, ttl, before.ttl, replacing)
    const after = new DocumentVersion(undefined, nextTtl, merged, before.internal)
    const draft: Draft = { ctx, host, collection, operation, id, before, given: fields, replacing, ttl }
    const newDoc = new DocValue(collection.module, doc.key, undefined, after)
    const allowed = (ctx.permissions as AccessPermissions).allows(ctx, 'write', collection, [
      new DocValue(collection.module, doc.key, undefined, before),
      newDoc,
    ])
    return andThen(allowed, (yes) => {
      requireAllowed(yes)
      noteWrite(host, collection)
      if (form === 'document') refuseReserved(operation, fields)
      return andThen(complete(draft, after), (done) =>
        andThen(
          store(draft, done),
          () => new DocValue(collection.module, keyFor(collection, id, done.fields)),
        ),
      )
    })
  })
}

/** The id and stored version of a document to be written; fails when there is none that may be seen. */
function existing(
  ctx: Context,
  host: DatabaseHost,
  doc: DocValue,
): Eventual<{ id: bigint; version: DocumentVersion }> {
  const collection = doc.collection.collection as Collection
  const present = new DocValue(doc.collection, doc.key)
  return andThen(host.find(ctx, present), (found) => {
    if (found === 'permission denied') throw fail.permissionDenied()
    if (typeof found === 'string') throw notFound(doc, found)
    return andThen(host.idOf(collection, doc.key, undefined), (id) => ({ id: id as bigint, version: found }))
  })
}

// ---------------------------------------------------------------- delete

export function remove(ctx: Context, host: DatabaseHost, doc: DocValue): Eventual<Value> {
  requirePresent(ctx, doc)
  const collection = doc.collection.collection as Collection
  const operation: Operation = { verb: 'delete', collection, key: doc.key }
  return andThen(existing(ctx, host, doc), ({ id, version: before }) => {
    const stored = new DocValue(collection.module, doc.key, undefined, before)
    return andThen(
      (ctx.permissions as AccessPermissions).allows(ctx, 'delete', collection, [stored]),
      (yes) => {
        requireAllowed(yes)
        noteWrite(host, collection)
        const draft: Draft = {
          ctx,
          host,
          collection,
          operation,
          id,
          before,
          given: new Map(),
          replacing: false,
        }
        return andThen(
          removeVersion(draft),
          () => new DocValue(collection.module, doc.key, undefined, undefined, 'deleted'),
        )
      },
    )
  })
}

function removeVersion(draft: Draft): Eventual<void> {
  const { collection, before } = draft
  const hook = nativeWrite(draft, undefined)
  return andThen(collection.native?.beforeWrite?.(hook), (failures) => {
    refuse(draft.operation, failures ?? [])
    return andThen(writeVersion(draft, before, undefined), () => collection.native?.afterWrite?.(hook))
  })
}

// ---------------------------------------------------------------- steps

function requirePresent(ctx: Context, doc?: DocValue): void {
  if (ctx.at !== undefined || doc?.at !== undefined) throw fail.writeInThePast()
}

/** A collection's definition and its documents may not be written in one query (spec/data.md §10.1). */
function noteWrite(host: DatabaseHost, collection: Collection): void {
  const { documents, definitions } = host.schemaWrites
  if (!collection.user) return
  if (definitions.has(collection.id)) throw fail.mixedWrite()
  documents.add(collection.id)
}

function refuseComputed(operation: Operation, fields: Fields): void {
  const { computed } = operation.collection
  if (computed.size === 0) return
  const names = [...fields.keys()].filter((name) => computed.has(name))
  refuse(
    operation,
    names.map((name) => ({ path: [name], message: 'Cannot write to a computed field' })),
  )
}

/** Documents of system collections have a `data` of their own. */
function refuseReserved(operation: Operation, fields: Fields): void {
  const { user } = operation.collection
  const names = [...fields.keys()].filter((name) => isReservedFieldName(name) && (user || name !== 'data'))
  refuse(
    operation,
    names.map((name) => ({ path: [name], message: 'Is a reserved field and cannot be used' })),
  )
}

/** `undefined`: not mentioned; `null`: taken away; a failure is told together with those of the other fields. */
type GivenTtl = TimeValue | Failure | null | undefined

function takeTtl(collection: Collection, fields: Map<string, Value>): GivenTtl {
  if (!collection.user && !collection.native?.hasTtl) return undefined
  const given = fields.get('ttl')
  if (given === undefined) return undefined
  fields.delete('ttl')
  if (isNull(given)) return null
  if (given instanceof TimeValue) return given
  const provided = given instanceof TransactionTimeValue ? 'TransactionTime' : providedType(given)
  return { path: ['ttl'], message: `Expected Time | Null, provided ${provided}` }
}

function ttlOf(
  host: DatabaseHost,
  collection: Collection,
  given: GivenTtl,
  before: TimeValue | undefined,
  fresh: boolean,
): TimeValue | undefined {
  if (given === null) return undefined
  if (given instanceof TimeValue) return given
  if (collection.ttlDays !== undefined)
    return new TimeValue(BigInt(host.snapshotTs) * 1000n + BigInt(collection.ttlDays) * NANOS_PER_DAY)
  return fresh ? undefined : before
}

/** Defaults, types, hooks of system collections: the version that will be stored. */
function complete(draft: Draft, version: DocumentVersion): Eventual<DocumentVersion> {
  return draft.collection.user ? completeUser(draft, version) : completeNative(draft, version)
}

const ttlFailures = ({ ttl }: Draft): Failure[] => (ttl && !(ttl instanceof TimeValue) ? [ttl] : [])

function completeUser(draft: Draft, version: DocumentVersion): Eventual<DocumentVersion> {
  const { shape } = draft.collection
  if (!shape) return version
  const fresh = !draft.before || draft.replacing
  // Defaults stand in for what is absent, not for what is null: they look at the fields as they were given.
  const given = fresh ? withDefaults(draft.ctx, draft.operation, shape, draft.given) : undefined
  return andThen(given, (completed) => {
    const fields = completed ? storableFields(completed, 'keep') : version.fields
    const failures = [...shape.failures(fields), ...ttlFailures(draft).map(located)]
    if (failures.length > 0) throw fail.constraintFailure(operationText(draft.operation), failures)
    return new DocumentVersion(undefined, version.ttl, fields, version.internal)
  })
}

function completeNative(draft: Draft, version: DocumentVersion): Eventual<DocumentVersion> {
  const native = draft.collection.native
  if (!native) return version
  refuse(draft.operation, [...checkNativeFields(native, version.fields, draft.given), ...ttlFailures(draft)])
  const after = { ttl: version.ttl, fields: new Map(version.fields), internal: new Map(version.internal) }
  return andThen(native.beforeWrite?.(nativeWrite(draft, after)), (failures) => {
    refuse(draft.operation, failures ?? [])
    return new DocumentVersion(undefined, after.ttl, after.fields, after.internal)
  })
}

const nativeWrite = (draft: Draft, after: NativeWrite['after']): NativeWrite => ({
  ctx: draft.ctx,
  host: draft.host,
  collection: draft.collection,
  key: draft.id,
  before: draft.before,
  after,
  given: draft.given,
  replacing: draft.replacing,
})

/** Writes the version and its index entries, then checks what can only be checked on the written document. */
function store(
  draft: Draft,
  after: DocumentVersion,
  former: DocumentVersion | undefined = draft.before,
): Eventual<Fields | undefined> {
  const { ctx, collection, id, before } = draft
  return andThen(writeVersion(draft, former, after), () => {
    const hook = nativeWrite(draft, {
      ttl: after.ttl,
      fields: new Map(after.fields),
      internal: new Map(after.internal),
    })
    return andThen(collection.native?.afterWrite?.(hook), () =>
      andThen(checkDocument(ctx, collection, id, draft.operation), () =>
        before ? undefined : collection.native?.onCreated?.(hook),
      ),
    )
  })
}

/** Writes a version, or that there is none any more, its index entries, when it expires, and that it has changed. */
function writeVersion(
  { ctx, host, collection, id }: Draft,
  before: DocumentVersion | undefined,
  after: DocumentVersion | undefined,
): Eventual<void> {
  const { transaction, stats } = host
  const key = documentKey(collection.prefix, id)
  const written = stats.writing(key, transaction, () =>
    andThen(maintainIndexes(ctx, host, collection, id, before, after), () => {
      if (after) transaction.put(key, encoded(after))
      else transaction.delete(key)
      noteExpiry(transaction, collection, id, before?.ttl, after?.ttl)
      recordChange(transaction, collection, id)
    }),
  )
  return andThen(written, () => host.forgetReads())
}

function encoded(version: DocumentVersion): Uint8Array {
  const bytes = encodeVersion(version)
  requireVersionSize(bytes.length)
  return bytes
}
