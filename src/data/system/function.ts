/** `Function`: user-defined functions (spec/data.md §12). */
import { systemDocumentType } from '#src/fql/stdlib/document.ts'
import { functionCollectionType } from '#src/fql/stdlib/schema-collections.ts'
import type { NativeDefinition } from '../native-collection.ts'
import { object, text } from '../native-fields.ts'
import { functionFailures } from './function-checks.ts'
import { SYSTEM_IDS } from './ids.ts'
import { renameReferences } from './references.ts'
import { schemaWritten } from './schema-written.ts'

export const functionCollection: NativeDefinition = {
  id: SYSTEM_IDS.Function,
  name: 'Function',
  named: true,
  fields: [
    text('name', { required: true }),
    text('alias'),
    text('body', { required: true }),
    text('signature'),
    text('role'),
    object('data'),
  ],
  hasTtl: false,
  uniques: [],
  lookups: [['alias']],
  isSchema: true,
  staticType: functionCollectionType,
  documentType: systemDocumentType,
  beforeWrite: functionFailures,
  afterWrite(write) {
    schemaWritten(write, 'function')
    return renameReferences(write, [{ collection: 'Role', path: ['privileges', 'resource'] }])
  },
}
