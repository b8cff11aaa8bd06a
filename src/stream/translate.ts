/** From the change of a document to the event that a reader gets, if any (spec/data.md §13.2, spec/roles.md §6). */
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { Collection } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import { type FieldReader, valueAt } from '#src/data/index-entries.ts'
import { readerFor } from '#src/data/index-maintenance.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { call, callPredicate } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { MAX_STACK_FRAMES } from '#src/fql/eval/run-state.ts'
import { MapSet } from '#src/fql/sets/map-set.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { sameValue } from '#src/fql/values/equality.ts'
import { isNull, type Value } from '#src/fql/values/value.ts'
import { encode } from '#src/wire/encode.ts'
import { materialise } from '#src/wire/materialise.ts'
import type { Change } from './changes.ts'
import { type DataType, dataEvent, type EventStats, errorEvent, type Meter } from './event.ts'
import { ChangedDocument, type ChangeSession } from './session.ts'

export interface Translated {
  /** JSON text; undefined: the change is none of this reader's business. */
  readonly event: string | undefined
  readonly failed: boolean
  readonly stats: EventStats
}

/** The session's run is for this change alone, and `meter` has been read just before. Failures of the source's functions become error events. */
export async function translate(session: ChangeSession, change: Change, meter: Meter): Promise<Translated> {
  const stats = () => meter.lap(session.source.changeCost ?? 0, session.ctx.run.steps)
  try {
    const data = (await isKept(session, change)) ? await dataOf(session, change) : undefined
    const cost = stats()
    const event = data && dataEvent(data.type, data.json, change.position, cost)
    return { event, failed: false, stats: cost }
  } catch (error) {
    const failure = asFailure(error)
    const abort = await abortJson(session, change, failure)
    const cost = stats()
    return { event: errorEvent(failure.code, failure.message, cost, abort), failed: true, stats: cost }
  }
}

function asFailure(error: unknown): QueryFailure {
  if (error instanceof QueryFailure) return error
  if (error instanceof RangeError && error.message.includes('call stack'))
    return fail.stackOverflow(MAX_STACK_FRAMES)
  throw error
}

async function abortJson(
  session: ChangeSession,
  change: Change,
  failure: QueryFailure,
): Promise<string | undefined> {
  const { abort } = failure.details
  if (abort === undefined) return undefined
  const { ts } = change.position
  return encode(await materialise(session.ctx.withPresent(ts), abort.value), 'tagged', ts)
}

// ---------------------------------------------------------------- which changes

async function isKept(session: ChangeSession, change: Change): Promise<boolean> {
  if (!(await mayKnow(session, change))) return false
  const { watched } = session.source
  return watched === undefined || isWatched(session, change, watched)
}

/** The document's present state decides of what has come; of what has gone, its last state. */
async function mayKnow(session: ChangeSession, { id, action, before }: Change): Promise<boolean> {
  if (action === 'delete') return mayRead(session, id, before)
  if (await mayReadNow(session, id)) return true
  return action === 'update' && mayRead(session, id, before)
}

async function mayReadNow({ ctx, host, source }: ChangeSession, id: bigint): Promise<boolean> {
  const { collection } = source
  const rights = ctx.permissions as AccessPermissions
  if (rights.readsAll(collection)) return true
  const key = collection.named ? await nameOf(host, collection, id) : id
  if (key === undefined) return false
  return rights.allows(ctx, 'read', collection, [new DocValue(collection.module, key)])
}

async function nameOf(host: DatabaseHost, collection: Collection, id: bigint): Promise<string | undefined> {
  const version = await host.versionAsOf(collection, id, host.snapshotTs)
  return version?.fields.get('name') as string | undefined
}

/** Predicates see the document as it was; whatever else they read, they read at present. */
async function mayRead(
  session: ChangeSession,
  id: bigint,
  version: DocumentVersion | undefined,
): Promise<boolean> {
  const { ctx } = session
  const { collection } = session.source
  const rights = ctx.permissions as AccessPermissions
  if (rights.readsAll(collection)) return true
  return version !== undefined && rights.allows(ctx, 'read', collection, [documentOf(session, id, version)])
}

function documentOf({ source, documents }: ChangeSession, id: bigint, version: DocumentVersion): DocValue {
  let found = documents.get(version)
  if (!found) {
    const key = source.collection.named ? (version.fields.get('name') as string) : id
    found = new ChangedDocument(source, key, version)
    documents.set(version, found)
  }
  return found
}

type Paths = NonNullable<ChangeSession['source']['watched']>

/** A deletion counts when all watched fields were there, other changes when one of them is not as it was. */
async function isWatched(session: ChangeSession, change: Change, paths: Paths): Promise<boolean> {
  const before = await fieldsOf(session, change, change.before, change.position.ts - 1)
  if (change.action === 'delete') return paths.every((path) => !isNull(before(path)))
  const after = await fieldsOf(session, change, change.after, change.position.ts)
  return paths.some((path) => !sameValue(before(path), after(path)))
}

async function fieldsOf(
  session: ChangeSession,
  { id }: Change,
  version: DocumentVersion | undefined,
  ts: number,
): Promise<(path: Paths[number]) => Value> {
  const { ctx, host, source } = session
  const reader = await readerFor(ctx.withPresent(ts), source.collection, id, version)
  const read: FieldReader = reader ?? (() => undefined)
  return (path) => {
    const value = valueAt(path, read)
    if (version) host.stats.readField(documentOf(session, id, version), String(path[0]), value, version)
    return value
  }
}

// ---------------------------------------------------------------- what they show

interface Data {
  readonly type: DataType
  readonly json: string
}

/** One side of a change: what the source's functions have made of the document. */
interface Side {
  readonly ctx: Context
  readonly value: Value
}

async function dataOf(session: ChangeSession, change: Change): Promise<Data | undefined> {
  const { action, position } = change
  const now = action === 'delete' ? undefined : await sideOf(session, change, change.after, position.ts)
  const old = action === 'create' ? undefined : await sideOf(session, change, change.before, position.ts - 1)
  const shown = now ?? old
  if (!shown) return undefined
  const type = now ? (old ? 'update' : 'add') : 'remove'
  return { type, json: encode(await materialise(shown.ctx, shown.value), 'tagged', position.ts) }
}

/** Undefined: the reader may not read it, or the source leaves it out. */
async function sideOf(
  session: ChangeSession,
  { id }: Change,
  version: DocumentVersion | undefined,
  ts: number,
): Promise<Side | undefined> {
  if (!version || !(await mayRead(session, id, version))) return undefined
  const ctx = session.ctx.withPresent(ts)
  let value: Value = documentOf(session, id, version)
  for (const step of session.source.steps) {
    if (step instanceof MapSet) value = await call(ctx, step.mapper, [value])
    else if (!(await callPredicate(ctx, step.predicate, value))) return undefined
  }
  return { ctx, value }
}
