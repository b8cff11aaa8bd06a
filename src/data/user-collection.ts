import { userCollectionType } from '#src/fql/stdlib/collection.ts'
import { userDocumentType } from '#src/fql/stdlib/document.ts'
import { parseExpr } from '#src/fql/syntax/parser.ts'
import type { Value } from '#src/fql/values/value.ts'
import { documentShape } from '#src/schema/enforce/document-shape.ts'
import type { CollectionLookup } from '#src/schema/enforce/stored-type.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import type { CollectionItem } from '#src/schema/model/items.ts'
import { Collection, type CollectionParts, type IndexInfo, type StagedIndexes } from './collection.ts'
import type { DocumentVersion } from './document-version.ts'
import { type Builds, indexesOf } from './index-definitions.ts'
import { indexMethod } from './index-method.ts'
import type { DatabaseId } from './keys.ts'
import { migrationOf, stagedMigrationOf } from './migrations.ts'
import { checksOf, computedFieldsOf, numberField, objectField, textField } from './schema-model.ts'
import type { CollectionResolver } from './value-codec.ts'

/** A user collection from its document; `staged`: its document in the schema that is staged. */
export function userCollection(
  database: DatabaseId,
  id: number,
  d: DocumentVersion,
  context: SchemaContext,
  staged?: DocumentVersion,
): Collection {
  const name = textField(d.fields, 'name') ?? ''
  const item = withNamedDefaults(collectionFromDocument(d.fields), d.fields)
  const indexes = indexesOf(database, id, d.fields, d.internal, context.builds)
  const parts: CollectionParts = {
    id,
    name,
    alias: textField(d.fields, 'alias'),
    user: true,
    named: false,
    native: undefined,
    database,
    moduleType: (c, as) => userCollectionType(as, (index) => indexMethod(c, index)),
    documentType: userDocumentType,
    ...indexes,
    computed: computedFieldsOf(name, d.fields),
    checks: checksOf(d.fields),
    shape: documentShape(item, context.lookup),
    declared: item.fields.flatMap((f) => (f.kind === 'defined' ? [f.name.text] : [])),
    ttlDays: numberField(d.fields, 'ttl_days'),
    historyDays: numberField(d.fields, 'history_days'),
    historyFloor: numberField(d.internal, 'history_floor') ?? 0,
    migrate: migrationOf(d.internal, context.resolve),
    staged: staged && stagedIndexes(database, id, staged, context, indexes.indexes),
  }
  return new Collection(parts)
}

/** What the parts of a schema need to know of the whole. */
export interface SchemaContext {
  readonly lookup: CollectionLookup
  readonly builds: Builds
  /** Collections by id, for references. */
  readonly resolve: CollectionResolver
}

function stagedIndexes(
  database: DatabaseId,
  id: number,
  d: DocumentVersion,
  context: SchemaContext,
  active: readonly IndexInfo[],
): StagedIndexes | undefined {
  const known = new Set(active.map((i) => i.id))
  const collection = userCollection(database, id, d, context)
  const indexes = collection.indexes.filter((i) => !known.has(i.id))
  if (indexes.length === 0) return undefined
  return {
    collection: collection.withIndexes(indexes),
    migrate: stagedMigrationOf(d.internal, context.resolve),
  }
}

/** Defaults whose failures name the collection and field. */
function withNamedDefaults(item: CollectionItem, fields: ReadonlyMap<string, Value>): CollectionItem {
  const defined = objectField(fields, 'fields')
  const named = item.fields.map((f) => {
    if (f.kind !== 'defined' || !f.default) return f
    const text = textField(objectField(defined, f.name.text), 'default') ?? ''
    const parsed = parseExpr({ name: `*field:${item.name.text}:${f.name.text}*`, text })
    return parsed.ok ? { ...f, default: parsed.value } : f
  })
  return { ...item, fields: named }
}
