import { DocValue } from '#src/fql/values/document.ts'
import { Collection } from '../collection.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'

/** The `document` of a Token or Credential must be one of a user's collection (spec/secrets.md §1.3). */
export function foreignDocument({ after }: NativeWrite): Failure[] {
  const doc = after?.fields.get('document')
  if (!(doc instanceof DocValue)) return []
  const { collection } = doc.collection
  const fine = collection instanceof Collection && collection.user
  return fine ? [] : [{ path: ['document'], message: 'Expected document from a user-defined collection.' }]
}
