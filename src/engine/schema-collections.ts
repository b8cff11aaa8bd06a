/** Completing one written collection: migrations and physical indexes (spec/schema.md §13, §14, §17.2). */
import type { Collection, IndexInfo } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import { fillNow, type IndexFilling, isEmpty, isLarge } from '#src/data/index-build.ts'
import { type Backing, backingsOf, backingValue, buildName } from '#src/data/index-definitions.ts'
import { type IndexPlan, planIndexes } from '#src/data/index-plan.ts'
import {
  buildKey,
  buildsOfCollection,
  documentPrefix,
  garbageKey,
  indexPrefix,
  NO_BYTES,
} from '#src/data/keys.ts'
import { withMigrations, withStagedMigrations } from '#src/data/migrations.ts'
import { numberField } from '#src/data/schema-model.ts'
import { completeBuild, encodeBuild } from '#src/data/schema-state.ts'
import { normalisedDefinition } from '#src/data/system/collection-definition.ts'
import { INDEX_REMOVAL, isProtected, isStaging } from '#src/data/system/collection-protection.ts'
import { userCollection } from '#src/data/user-collection.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { TRANSACTION_TIME } from '#src/fql/values/value.ts'
import type { CollectionLookup } from '#src/schema/enforce/stored-type.ts'
import { compileSteps, type ResolvedStep } from '#src/schema/migrate/apply.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import { rewrite } from './schema-documents.ts'
import { invalidSchema } from './schema-errors.ts'
import { migrationsBetween, resolved } from './schema-migrations.ts'

export interface CompletionParts {
  readonly ctx: Context
  readonly host: DatabaseHost
  /** Types as submitted. */
  readonly env: TypeEnvironment
  readonly lookup: CollectionLookup
  /** The system collection. */
  readonly collections: Collection
}

/** `written`: its document at the end of the transaction; undefined: it was deleted. */
export async function completeCollection(
  parts: CompletionParts,
  id: number,
  written: DocumentVersion | undefined,
): Promise<void> {
  const { host, ctx } = parts
  const staging = isStaging(host)
  const live = new Map(host.schema.documents.collections).get(BigInt(id))
  if (!written) {
    if (!staging || !live) discardCollection(host, id)
    return
  }
  const steps = await stepsTo(parts, id, live, written, staging)
  const known = backingsOf(live?.internal ?? new Map())
  const before = backingsOf(written.internal)
  const plan = planIndexes({
    fields: written.fields,
    steps,
    known,
    staged: staging ? before.filter((b) => !known.some((k) => k.id === b.id)) : [],
    next: numberField(written.internal, 'next_index') ?? 1,
  })
  const lost = unused([...known, ...before], [...plan.backings, ...(staging ? known : [])])
  if (lost.length > 0 && (await isProtected(host)))
    throw invalidSchema([], [{ paths: [[]], message: INDEX_REMOVAL.message }])
  for (const index of lost) discardIndex(host, id, index)
  const version = rewrite(host, parts.collections, BigInt(id), completed(written, plan, steps, staging))
  await fill(ctx, host, fillingOf(parts, id, version, plan, steps, staging))
}

/** The migration steps that documents need, their backfills evaluated. */
async function stepsTo(
  { ctx, host, env, lookup }: CompletionParts,
  id: number,
  live: DocumentVersion | undefined,
  written: DocumentVersion,
  staging: boolean,
): Promise<ResolvedStep[]> {
  const empty = !live || (await isEmpty(host, id))
  const derived = migrationsBetween(
    env,
    live && collectionFromDocument(live.fields),
    collectionFromDocument(written.fields),
    empty,
    staging,
  )
  if (!derived.ok) throw invalidSchema(derived.errors)
  return empty && !staging ? [] : resolved(ctx, derived.steps, lookup)
}

function completed(
  written: DocumentVersion,
  plan: IndexPlan,
  steps: readonly ResolvedStep[],
  staging: boolean,
) {
  const internal = staging
    ? withStagedMigrations(written.internal, steps)
    : withMigrations(written.internal, steps, TRANSACTION_TIME)
  const origins = (b: Backing): Backing => (staging ? b : { ...b, origin: undefined })
  internal.set(
    'backing',
    plan.backings.map((b) => backingValue(origins(b))),
  )
  internal.set('next_index', plan.next)
  return { fields: normalisedDefinition(written.fields), internal }
}

// ---------------------------------------------------------------- filling

function fillingOf(
  { host, lookup }: CompletionParts,
  id: number,
  version: DocumentVersion,
  plan: IndexPlan,
  steps: readonly ResolvedStep[],
  staging: boolean,
): IndexFilling {
  const context = { lookup, builds: new Map(), resolve: host.schema.resolve }
  const defined = userCollection(host.schema.database, id, version, context)
  const isFresh = (i: IndexInfo): boolean => plan.fresh.includes(i.id)
  return {
    stored: (staging && host.schema.collectionById(id)) || defined,
    defined,
    migrate: staging && steps.length > 0 ? compileSteps(steps) : undefined,
    indexes: defined.indexes.filter(isFresh),
  }
}

/** Small collections are indexed at once, others in the background. */
async function fill(ctx: Context, host: DatabaseHost, filling: IndexFilling): Promise<void> {
  const { id } = filling.defined
  if (filling.indexes.length === 0) return
  if (!(await isLarge(host, id))) {
    await fillNow(ctx, host, filling)
    // A collection that is made with its indexes has no past without them.
    if (host.schema.collectionById(id)) markComplete(host, filling)
    return
  }
  for (const index of filling.indexes) {
    const record = encodeBuild({ state: 'building', since: undefined, cursor: undefined, done: 0 })
    host.transaction.put(buildKey(host.schema.database, id, index.id), record)
    host.schemaWrites.building.add(buildName(id, index.id))
  }
  host.schemaWrites.hasBackgroundWork = true
}

function markComplete({ transaction, schema }: DatabaseHost, { defined, indexes }: IndexFilling): void {
  for (const { id } of indexes) transaction.put(buildKey(schema.database, defined.id, id), completeBuild())
}

// ---------------------------------------------------------------- discarding

/** Ids among `before` that are not among `after`. */
export function unused(before: readonly Backing[], after: readonly Backing[]): number[] {
  const kept = new Set(after.map((b) => b.id))
  return [...new Set(before.map((b) => b.id))].filter((id) => !kept.has(id))
}

/** Its entries go in the background; nobody can read them any more. */
export function discardIndex(host: DatabaseHost, collection: number, index: number): void {
  const { transaction, schema, schemaWrites } = host
  transaction.delete(buildKey(schema.database, collection, index))
  transaction.put(garbageKey(indexPrefix(schema.database, collection, index)), NO_BYTES)
  schemaWrites.hasBackgroundWork = true
}

export function discardCollection(host: DatabaseHost, collection: number): void {
  const { transaction, schema, schemaWrites } = host
  const { database } = schema
  const everyIndex = indexPrefix(database, collection, 0).slice(0, -4)
  const builds = buildsOfCollection(database, collection)
  for (const prefix of [documentPrefix(database, collection), everyIndex, builds])
    transaction.put(garbageKey(prefix), NO_BYTES)
  schemaWrites.hasBackgroundWork = true
}
