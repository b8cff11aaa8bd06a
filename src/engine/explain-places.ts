import type { DatabaseId } from '#src/data/keys.ts'
import { readSchemaFiles } from '#src/data/schema-files.ts'
import { locate, type Span } from '#src/fql/syntax/span.ts'
import type { RoleItem } from '#src/schema/model/items.ts'
import { itemsOfFiles } from '#src/schema/source/parse-files.ts'
import type { Transaction } from '#src/transaction/transaction.ts'

/**
 * Where predicates of roles stand in the schema files, as `main.fsl:3:18`. Keys: `ROLE RESOURCE ACTION` for privileges,
 * `ROLE COLLECTION` for memberships.
 */
export async function predicatePlaces(
  tx: Transaction,
  database: DatabaseId,
): Promise<ReadonlyMap<string, string>> {
  const files = await readSchemaFiles(tx, database)
  return new Map(itemsOfFiles(files).flatMap((item) => (item.kind === 'role' ? placesOf(item) : [])))
}

const placesOf = (role: RoleItem): [string, string][] => [
  ...role.membership.flatMap(({ resource, predicate }): [string, string][] =>
    predicate ? [[`${role.name.text} ${resource.text}`, placeOf(predicate.body.span)]] : [],
  ),
  ...role.privileges.flatMap(({ resource, actions }) =>
    actions.flatMap(({ action, predicate }): [string, string][] =>
      predicate ? [[`${role.name.text} ${resource.text} ${action}`, placeOf(predicate.body.span)]] : [],
    ),
  ),
]

function placeOf(span: Span): string {
  const { line, column } = locate(span)
  return `${span.source.name}:${line}:${column}`
}
