/**
 * The end of a transaction that wrote schema documents (spec/schema.md §4.3): the source files follow the documents, the
 * whole schema is checked, and each written collection gets its migrations and indexes.
 */
import type { Collection } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import { referableCollections, type SchemaDocuments } from '#src/data/database-schema.ts'
import { readSchemaFiles, writeSchemaFiles } from '#src/data/schema-files.ts'
import type { SchemaCompletion } from '#src/data/services.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { SchemaCheck } from '#src/fql/types/schema.ts'
import type { Value } from '#src/fql/values/value.ts'
import { checkItems, derivedTypeErrors, type NewCollectionName } from '#src/schema/source/environment.ts'
import { schemaFromFiles } from '#src/schema/source/parse-files.ts'
import { regenerateFiles } from '#src/schema/source/regenerate.ts'
import { completeCollection } from './schema-collections.ts'
import { itemsOfDocuments, rewrite } from './schema-documents.ts'
import { invalidSchema } from './schema-errors.ts'
import { submittedTypes } from './schema-migrations.ts'
import { readSchemaDocuments } from './schemas.ts'
import { BUILT_IN_TYPES } from './typing/built-in-types.ts'

export const schemaCompletion: SchemaCompletion = { finish }

async function finish(ctx: Context, host: DatabaseHost): Promise<void> {
  const { transaction, schema } = host
  const documents = await readSchemaDocuments(transaction, schema.database, false, schema.resolve)
  const check = host.schemaWrites.checked ?? (await checkSources(host, documents))
  const inferred = storeInferred(host, documents, check)
  await completeCollections(ctx, host, inferred)
  checkDerivedNames(host, inferred)
}

/** Brings the source files up to date with the documents and checks what they say. */
async function checkSources(host: DatabaseHost, documents: SchemaDocuments): Promise<SchemaCheck> {
  const { transaction, schema } = host
  const before = await readSchemaFiles(transaction, schema.database)
  const files = regenerateFiles(before, itemsOfDocuments(documents))
  writeSchemaFiles(transaction, schema.database, before, files)
  const parsed = schemaFromFiles(files)
  if (!parsed.ok) throw invalidSchema(parsed.errors)
  const check = checkItems(BUILT_IN_TYPES, parsed.items, { typechecked: await host.isTypechecked() })
  if (check.errors.length > 0) throw invalidSchema(check.errors)
  return check
}

// ---------------------------------------------------------------- inferred types

/** Keeps the types of functions and computed fields as the check found them, for the checks of queries. */
function storeInferred(host: DatabaseHost, documents: SchemaDocuments, check: SchemaCheck): SchemaDocuments {
  const store = (
    kind: string,
    all: SchemaDocuments['roles'],
    field: string,
    texts: ReadonlyMap<string, string>,
  ) =>
    all.map(([id, version]) => {
      const text = texts.get(String(version.fields.get('name')))
      if (version.internal.get(field) === text) return [id, version] as const
      const internal = new Map<string, Value>(version.internal)
      if (text === undefined) internal.delete(field)
      else internal.set(field, text)
      return [id, rewrite(host, host.schema.native(kind), id, { fields: version.fields, internal })] as const
    })
  return {
    ...documents,
    collections: store('Collection', documents.collections, 'computed_types', check.computedTypes),
    functions: store('Function', documents.functions, 'signature', check.signatures),
  }
}

// ---------------------------------------------------------------- collections

async function completeCollections(
  ctx: Context,
  host: DatabaseHost,
  documents: SchemaDocuments,
): Promise<void> {
  const written = [...host.schemaWrites.definitions]
  if (written.length === 0) return
  const present = new Map(documents.collections)
  const parts = {
    ctx,
    host,
    env: submittedTypes(itemsOfDocuments(documents)),
    lookup: referableCollections(documents),
    collections: host.schema.native('Collection') as Collection,
  }
  for (const id of written) await completeCollection(parts, id, present.get(BigInt(id)))
}

function checkDerivedNames(host: DatabaseHost, { collections }: SchemaDocuments): void {
  const names = (v: ReadonlyMap<string, Value> | undefined) =>
    (['name', 'alias'] as const).map((as) => [as, v?.get(as)] as const)
  const live = new Map(host.schema.documents.collections)
  const changed = collections.flatMap(([id, d]): NewCollectionName[] => {
    if (!host.schemaWrites.definitions.has(Number(id))) return []
    const before = live.get(id)?.fields
    const span = host.schemaWrites.places.get(Number(id)) ?? NO_SPAN
    return names(d.fields).flatMap(([as, name]) =>
      typeof name === 'string' && before?.get(as) !== name ? [{ name, as, span }] : [],
    )
  })
  if (changed.length === 0) return
  const all = collections.flatMap(([, d]) =>
    names(d.fields).flatMap(([, n]) => (typeof n === 'string' ? [n] : [])),
  )
  const errors = derivedTypeErrors(changed, all, (name) => BUILT_IN_TYPES.shape(name) !== undefined)
  if (errors.length > 0) throw invalidSchema(errors)
}
