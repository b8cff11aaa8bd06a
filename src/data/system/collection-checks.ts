import type { Failure, NativeWrite } from '../native-collection.ts'
import { invalidName } from './names.ts'
import { namespaceFailures } from './namespace.ts'

/** What is wrong with a collection document on its own; references to other items are checked at the end of the query. */
export function collectionFailures(write: NativeWrite): Failure[] {
  const { after, before } = write
  if (!after) return []
  const name = after.fields.get('name')
  const names = before?.fields.get('name') === name ? [] : invalidName(name)
  return [...names, ...namespaceFailures(write)]
}
