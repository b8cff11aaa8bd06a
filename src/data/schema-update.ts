/**
 * What happens once at the end of a query that wrote schema documents: the source files follow the documents, and the
 * whole schema is checked as they now say it (spec/schema.md §4.3).
 */

import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { renderDiagnostic } from '#src/fql/errors/render.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import { referenceErrors } from '#src/schema/check/references.ts'
import { documentsToItems } from '#src/schema/model/from-document.ts'
import type { DocumentFields } from '#src/schema/model/to-document.ts'
import { schemaFromFiles } from '#src/schema/source/parse-files.ts'
import { regenerateFiles } from '#src/schema/source/regenerate.ts'
import type { DatabaseHost } from './database-host.ts'
import { readDocuments } from './documents.ts'
import { readSchemaFiles, writeSchemaFiles } from './schema-files.ts'

/** Fails with `invalid_schema`, positions pointing into the regenerated files. */
export function finishSchemaUpdate(host: DatabaseHost): Eventual<void> {
  const { transaction } = host
  const { database } = host.schema
  return andThen(readSchemaFiles(transaction, database), (before) =>
    andThen(currentDocuments(host), ([collections, functions, roles, accessProviders]) => {
      const items = documentsToItems({
        collections: collections ?? [],
        functions: functions ?? [],
        roles: roles ?? [],
        accessProviders: accessProviders ?? [],
      })
      const files = regenerateFiles(before, items)
      writeSchemaFiles(transaction, database, before, files)
      const parsed = schemaFromFiles(files)
      refuse(parsed.ok ? referenceErrors(parsed.items) : parsed.errors.filter((e) => typeof e !== 'string'))
    }),
  )
}

const currentDocuments = (host: DatabaseHost): Eventual<DocumentFields[][]> =>
  mapInOrder(['Collection', 'Function', 'Role', 'AccessProvider'], (name) =>
    andThen(readDocuments(host, host.schema.native(name)), (documents) => documents.map(([, d]) => d.fields)),
  )

function refuse(errors: readonly Diagnostic[]): void {
  if (errors.length === 0) return
  const lines = errors.flatMap((e) => renderDiagnostic(e).trim().split('\n'))
  throw fail.invalidSchema(lines.map((line) => `    ${line}`).join('\n'))
}
