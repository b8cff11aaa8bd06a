import type { DatabaseSchema } from '#src/data/database-schema.ts'
import { databaseEnvironment } from '#src/fql/types/database.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import { BUILT_IN_TYPES } from './built-in-types.ts'

const made = new WeakMap<DatabaseSchema, TypeEnvironment>()

/** The checker's environment of a schema; made once for each version. */
export function typesOf(schema: DatabaseSchema): TypeEnvironment {
  let env = made.get(schema)
  if (!env) {
    env = firstTypesOf(schema, Number.POSITIVE_INFINITY)
    made.set(schema, env)
  }
  return env
}

/** The same of the first so many collections and functions. */
export function firstTypesOf({ documents }: DatabaseSchema, count: number): TypeEnvironment {
  const collections = documents.collections.slice(0, count).map(([, d]) => ({
    source: collectionFromDocument(d.fields),
    computedTypes: d.internal.get('computed_types') as string | undefined,
  }))
  const functions = documents.functions.slice(0, count).map(([, d]) => ({
    name: d.fields.get('name') as string,
    alias: d.fields.get('alias') as string | undefined,
    signature: d.internal.get('signature') as string | undefined,
  }))
  return databaseEnvironment(BUILT_IN_TYPES, collections, functions)
}
