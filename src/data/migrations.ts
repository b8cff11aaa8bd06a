import type { Value } from '#src/fql/values/value.ts'
import type { CollectionParts } from './collection.ts'

/** How stored documents are brought to the present shape; undefined: they are as they are. */
export function migrationOf(_internal: ReadonlyMap<string, Value>): CollectionParts['migrate'] {
  return undefined
}
