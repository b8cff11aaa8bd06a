/** Rewriting of schema documents by the server itself: what users wrote stays, hidden fields follow. */
import type { Collection } from '#src/data/collection.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { SchemaDocuments } from '#src/data/database-schema.ts'
import { DocumentVersion } from '#src/data/document-version.ts'
import { documentKey } from '#src/data/keys.ts'
import { encodeVersion } from '#src/data/value-codec.ts'
import type { Value } from '#src/fql/values/value.ts'
import { documentsToItems } from '#src/schema/model/from-document.ts'
import type { SchemaItem } from '#src/schema/model/items.ts'

type Fields = ReadonlyMap<string, Value>

/** The items that documents stand for. */
export function itemsOfDocuments(documents: SchemaDocuments): SchemaItem[] {
  const fields = (all: SchemaDocuments['roles']) => all.map(([, d]) => d.fields)
  return documentsToItems({
    collections: fields(documents.collections),
    functions: fields(documents.functions),
    roles: fields(documents.roles),
    accessProviders: fields(documents.accessProviders),
  })
}

/** Stores other fields under the same names and aliases: no index of the system collection changes. */
export function rewrite(
  host: DatabaseHost,
  collection: Collection,
  id: bigint,
  parts: { readonly fields: Fields; readonly internal: Fields },
): DocumentVersion {
  const version = new DocumentVersion(undefined, undefined, parts.fields, parts.internal)
  host.transaction.put(documentKey(collection.prefix, id), encodeVersion(version))
  host.forgetReads()
  return version
}
