/** `Role` (spec/roles.md §1). */
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { roleCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import type { NativeDefinition } from '../native-collection.ts'
import { anything, object, text } from '../native-fields.ts'
import { noteWrite } from '../security-event.ts'
import { SYSTEM_IDS } from './ids.ts'
import { type Reference, refuseWhileReferred, renameReferences } from './references.ts'
import { roleFailures } from './role-checks.ts'
import { limitRolesLater } from './role-limit.ts'
import { schemaWritten } from './schema-written.ts'

const PROVIDERS: readonly Reference[] = [
  { collection: 'AccessProvider', path: ['roles'] },
  { collection: 'AccessProvider', path: ['roles', 'role'] },
]
/** Providers hold up a deletion too, but as a failure of the schema as a whole. */
const HOLDERS: readonly Reference[] = [
  { collection: 'Function', path: ['role'] },
  { collection: 'Key', path: ['role'] },
]

export const roleCollection: NativeDefinition = {
  id: SYSTEM_IDS.Role,
  name: 'Role',
  named: true,
  fields: [text('name', { required: true }), anything('privileges'), anything('membership'), object('data')],
  hasTtl: false,
  uniques: [],
  lookups: [],
  isSchema: true,
  staticType: roleCollectionType,
  documentType: systemDocumentType,
  beforeWrite: roleFailures,
  afterWrite(write) {
    noteWrite('role', write)
    refuseWhileReferred(write, HOLDERS)
    limitRolesLater(write)
    schemaWritten(write)
    return renameReferences(write, [...HOLDERS, ...PROVIDERS])
  },
}
