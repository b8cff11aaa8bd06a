import { userCollectionType } from '#src/fql/stdlib/collection.ts'
import { userDocumentType } from '#src/fql/stdlib/document.ts'
import { documentShape } from '#src/schema/enforce/document-shape.ts'
import type { CollectionLookup } from '#src/schema/enforce/stored-type.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import { Collection, type CollectionParts } from './collection.ts'
import type { DocumentVersion } from './document-version.ts'
import { indexMethod } from './index-method.ts'
import type { DatabaseId } from './keys.ts'
import { migrationOf } from './migrations.ts'
import { checksOf, computedFieldsOf, indexesOf, numberField, textField } from './schema-model.ts'

/** A user collection from its document. */
export function userCollection(
  database: DatabaseId,
  id: number,
  d: DocumentVersion,
  lookup: CollectionLookup,
): Collection {
  const name = textField(d.fields, 'name') ?? ''
  const item = collectionFromDocument(d.fields)
  const parts: CollectionParts = {
    id,
    name,
    alias: textField(d.fields, 'alias'),
    user: true,
    named: false,
    native: undefined,
    database,
    moduleType: (c) => userCollectionType(name, (index) => indexMethod(c, index)),
    documentType: userDocumentType,
    ...indexesOf(database, id, d.fields, d.internal),
    computed: computedFieldsOf(name, d.fields),
    checks: checksOf(name, d.fields),
    shape: documentShape(item, lookup),
    declared: item.fields.flatMap((f) => (f.kind === 'defined' ? [f.name.text] : [])),
    ttlDays: numberField(d.fields, 'ttl_days'),
    historyDays: numberField(d.fields, 'history_days'),
    migrate: migrationOf(d.internal),
  }
  return new Collection(parts)
}
