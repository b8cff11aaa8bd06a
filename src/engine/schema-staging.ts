/** Staged schemas: status, commit, abandon (spec/schema.md §17). */
import type { Collection } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { SchemaDocuments } from '#src/data/database-schema.ts'
import { referableCollections } from '#src/data/database-schema.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { isEmpty } from '#src/data/index-build.ts'
import {
  type Backing,
  type BuildState,
  backingsOf,
  backingValue,
  buildName,
  buildOf,
  IndexDefinitions,
} from '#src/data/index-definitions.ts'
import { maintainIndexes } from '#src/data/index-maintenance.ts'
import { documentKey, filesPrefix } from '#src/data/keys.ts'
import { stagedMigrations, withMigrations } from '#src/data/migrations.ts'
import { filesOf, readSchemaFiles, type SchemaFiles, writeSchemaFiles } from '#src/data/schema-files.ts'
import { numberField, textField } from '#src/data/schema-model.ts'
import { activeRecords, readBuildRecords, touchSchema, unpinSchema } from '#src/data/schema-state.ts'
import { encodeVersion } from '#src/data/value-codec.ts'
import { Context } from '#src/fql/eval/context.ts'
import { TRANSACTION_TIME, type Value } from '#src/fql/values/value.ts'
import { printPath } from '#src/schema/fsl/print.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import type { Unique } from '#src/schema/model/items.ts'
import type { Login } from './authenticate.ts'
import { discardCollection, discardIndex, unused } from './schema-collections.ts'
import { itemsOfDocuments, rewrite } from './schema-documents.ts'
import { migrationsBetween, resolved, submittedTypes } from './schema-migrations.ts'
import { refused } from './schema-reply.ts'
import { type Validated, validate } from './schema-validate.ts'
import { readSchemaDocuments } from './schemas.ts'

export const isStaged = (host: DatabaseHost): boolean => host.schema.state.staged !== undefined

/** The files of the active schema. */
export async function activeFiles(host: DatabaseHost): Promise<SchemaFiles> {
  const { transaction, schema } = host
  if (!isStaged(host)) return readSchemaFiles(transaction, schema.database)
  return filesOf(
    schema.database,
    await activeRecords(transaction, schema.database, filesPrefix(schema.database), true),
  )
}

/** From the active to the staged schema, validated anew: documents may have come meanwhile. */
export async function stagedDifference(
  host: DatabaseHost,
): Promise<{ validated: Validated; before: SchemaFiles }> {
  const before = await activeFiles(host)
  const sent = await readSchemaFiles(host.transaction, host.schema.database)
  const validated = await validate(host, { before, documents: host.schema.documents, sent, override: true })
  return { validated, before }
}

// ---------------------------------------------------------------- status

export type StagedStatus = 'none' | 'pending' | 'ready' | 'failed'

interface StagedIndex {
  readonly collection: string
  /** As summaries name it. */
  readonly description: string
  readonly state: BuildState
}

/** Indexes that the staged schema has and the active one has not. */
function stagedIndexes(host: DatabaseHost): StagedIndex[] {
  const active = new Map(host.schema.documents.collections)
  return (host.schema.state.staged ?? []).flatMap(([id, d]) => {
    const known = new Set(backingsOf(active.get(id)?.internal ?? new Map()).map((b) => b.id))
    const fresh = backingsOf(d.internal).filter((b) => !known.has(b.id))
    return describedIndexes(
      d,
      new Map(fresh.map((b) => [b.key, buildOf(host.schema.state.builds, Number(id), b.id).state])),
    )
  })
}

/** An index that is being filled in the background. */
export interface RunningBuild {
  readonly collection: string
  readonly index: string
  /** Documents that have been looked at. */
  readonly documents: number
}

/** Builds under way, of the active schema and of the staged one. */
export async function runningBuilds(host: DatabaseHost): Promise<RunningBuild[]> {
  const { transaction, schema } = host
  const records = await readBuildRecords(transaction, schema.database)
  const collections = [...schema.documents.collections, ...(schema.state.staged ?? [])]
  const found = collections.flatMap(([id, d]) =>
    backingsOf(d.internal).flatMap((b) => {
      const record = records.get(buildName(Number(id), b.id))
      if (record?.state !== 'building') return []
      return describedIndexes(d, new Map([[b.key, 'building']])).map(
        ({ collection, description }): RunningBuild => ({
          collection,
          index: description,
          documents: record.done,
        }),
      )
    }),
  )
  return [...new Map(found.map((b) => [`${b.collection} ${b.index}`, b])).values()]
}

function describedIndexes(
  d: DocumentVersion,
  states: ReadonlyMap<string, StagedIndex['state']>,
): StagedIndex[] {
  const definitions = new IndexDefinitions(d.fields)
  const collection = textField(d.fields, 'name') ?? ''
  const item = collectionFromDocument(d.fields)
  const described = (key: string, description: string): StagedIndex[] => {
    const state = states.get(key)
    return state === undefined ? [] : [{ collection, description, state }]
  }
  return [
    ...definitions.named().flatMap(([name, , { key }]) => described(key, `index ${name}`)),
    ...definitions.uniques().flatMap(([, { key }], i) => described(key, uniqueText(item.uniques[i]))),
  ]
}

const uniqueText = (unique: Unique | undefined): string => {
  const terms =
    unique?.items.map(({ path, mva }) => (mva ? `mva(${printPath(path)})` : printPath(path))) ?? []
  return `unique constraint on [${terms.join(', ')}]`
}

export function stagedStatus(host: DatabaseHost): StagedStatus {
  if (!isStaged(host)) return 'none'
  const states = stagedIndexes(host).map((i) => i.state)
  if (states.includes('failed')) return 'failed'
  return states.includes('building') ? 'pending' : 'ready'
}

/** What has still to be built, by collection. */
export function pendingSummary(host: DatabaseHost): string {
  const open = stagedIndexes(host).filter((i) => i.state !== 'complete')
  return [...Map.groupBy(open, (i) => i.collection)]
    .map(([collection, indexes]) => {
      const lines = indexes.map((i) => `\n  ${i.state === 'failed' ? '!' : '~'} ${i.description}: ${i.state}`)
      return `* Collection ${collection}:${lines.join('')}\n`
    })
    .join('')
}

// ---------------------------------------------------------------- commit

/** Makes the staged schema the active one. */
export async function commitStaged(login: Login): Promise<void> {
  const { host } = login
  const { transaction, schema } = host
  const status = stagedStatus(host)
  if (status === 'none') throw refused('There is no staged schema to commit')
  if (status === 'pending')
    throw refused('Cannot commit schema before it is in the `ready` state. Check schema status for details.')
  if (status === 'failed')
    throw refused('Cannot commit schema in the `failed` state. Check schema status for details.')
  await stagedDifference(host)
  const staged = await readSchemaDocuments(transaction, schema.database, false, schema.resolve)
  await commitCollections(login, staged)
  await unpinSchema(transaction, schema.database)
  touchSchema(transaction, schema.database)
}

async function commitCollections(login: Login, staged: SchemaDocuments): Promise<void> {
  const { host } = login
  const now = new Map(staged.collections)
  for (const [id, live] of host.schema.documents.collections) {
    const version = now.get(id)
    if (!version) {
      discardCollection(host, Number(id))
      continue
    }
    const kept = backingsOf(version.internal)
    for (const index of unused(backingsOf(live.internal), kept)) discardIndex(host, Number(id), index)
    const steps = await stepsOf(login, staged, Number(id), live, version)
    const internal = withMigrations(version.internal, steps, TRANSACTION_TIME)
    internal.set(
      'backing',
      kept.map((b) => backingValue(settled(b))),
    )
    rewrite(host, host.schema.native('Collection'), id, { fields: version.fields, internal })
  }
}

const settled = (b: Backing): Backing => ({ ...b, origin: undefined })

/** The steps that the staged indexes were filled with; those of collections that were empty then are made now. */
async function stepsOf(
  login: Login,
  staged: SchemaDocuments,
  id: number,
  live: DocumentVersion,
  version: DocumentVersion,
) {
  const { host, permissions } = login
  const known = stagedMigrations(version.internal, host.schema.resolve)
  if (known.length > 0 || (await isEmpty(host, id))) return known
  const env = submittedTypes(itemsOfDocuments(staged))
  const [before, after] = [collectionFromDocument(live.fields), collectionFromDocument(version.fields)]
  const derived = migrationsBetween(env, before, after, false, false)
  if (!derived.ok) return []
  return resolved(new Context(host, permissions), derived.steps, referableCollections(staged))
}

// ---------------------------------------------------------------- abandon

/** Documents and files return to what is active. */
export async function abandonStaged(login: Login): Promise<void> {
  const { host } = login
  const { transaction, schema } = host
  if (!isStaged(host)) throw refused('There is no staged schema to abandon')
  const staged = await readSchemaDocuments(transaction, schema.database, false, schema.resolve)
  const active = await readSchemaDocuments(transaction, schema.database, true, schema.resolve)
  const ctx = new Context(host, login.permissions)
  const kinds = {
    Collection: 'collections',
    Function: 'functions',
    Role: 'roles',
    AccessProvider: 'accessProviders',
  } as const
  discardStagedIndexes(host, staged, active)
  for (const [name, key] of Object.entries(kinds))
    await restore(ctx, host, host.schema.native(name), new Map(staged[key]), new Map(active[key]))
  writeSchemaFiles(
    transaction,
    schema.database,
    await readSchemaFiles(transaction, schema.database),
    await activeFiles(host),
  )
  await unpinSchema(transaction, schema.database)
  touchSchema(transaction, schema.database)
}

function discardStagedIndexes(host: DatabaseHost, staged: SchemaDocuments, active: SchemaDocuments): void {
  const live = new Map(active.collections)
  for (const [id, d] of staged.collections) {
    const before = live.get(id)
    if (!before) discardCollection(host, Number(id))
    else
      for (const index of unused(backingsOf(d.internal), backingsOf(before.internal)))
        discardIndex(host, Number(id), index)
  }
}

type Versions = ReadonlyMap<bigint, DocumentVersion>

async function restore(
  ctx: Context,
  host: DatabaseHost,
  collection: Collection,
  staged: Versions,
  active: Versions,
): Promise<void> {
  const changed = [...new Set([...staged.keys(), ...active.keys()])].filter(
    (id) => staged.get(id)?.ts !== active.get(id)?.ts,
  )
  // Names and aliases are unique: first all staged ones go, then the active ones come.
  for (const id of changed) await maintainIndexes(ctx, host, collection, id, staged.get(id), undefined)
  for (const id of changed) {
    const version = active.get(id)
    const key = documentKey(collection.prefix, id)
    if (version) host.transaction.put(key, encodeVersion(restored(version, staged.get(id))))
    else host.transaction.delete(key)
    await maintainIndexes(ctx, host, collection, id, undefined, version)
  }
  host.forgetReads()
}

/** Numbers of indexes that were given meanwhile are not given again. */
function restored(active: DocumentVersion, staged: DocumentVersion | undefined): DocumentVersion {
  const next = staged && numberField(staged.internal, 'next_index')
  if (next === undefined) return active
  const internal = new Map<string, Value>(active.internal)
  internal.set('next_index', next)
  return new DocumentVersion(active.ts, active.ttl, active.fields, internal)
}
