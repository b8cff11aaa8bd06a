/** `Role` (spec/roles.md §1). */
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { roleCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import type { NativeDefinition } from '../native-collection.ts'
import { object, objectOrList, text } from '../native-fields.ts'
import { SYSTEM_IDS } from './ids.ts'
import { roleFailures } from './role-checks.ts'
import { schemaWritten } from './schema-written.ts'

export const roleCollection: NativeDefinition = {
  id: SYSTEM_IDS.Role,
  name: 'Role',
  named: true,
  fields: [
    text('name', { required: true }),
    objectOrList('privileges'),
    objectOrList('membership'),
    object('data'),
  ],
  hasTtl: false,
  uniques: [],
  lookups: [],
  isSchema: true,
  staticType: roleCollectionType,
  documentType: systemDocumentType,
  beforeWrite: roleFailures,
  afterWrite: (write) => schemaWritten(write),
}
