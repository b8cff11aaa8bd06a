import type { Value } from '#src/fql/values/value.ts'
import { andThen } from '#src/lib/eventual.ts'
import { readDocuments } from '../documents.ts'
import { constraintFailure } from '../failures.ts'
import type { NativeWrite } from '../native-collection.ts'
import { eachObject } from './role-checks.ts'

/** Roles that may have a membership on one collection (spec/roles.md §1.3). */
export const MAX_ROLES_PER_COLLECTION = 64

/** Counts at the end of the query, when all its roles are there. */
export function limitRolesLater({ host, collection, before, after }: NativeWrite): void {
  if (!after) return
  const resources = membershipsOf(after.fields)
  const name = after.fields.get('name')
  if (resources.length === 0 || typeof name !== 'string') return
  host.defer(() =>
    andThen(readDocuments(host, collection), (roles) => {
      const held = roles.map(([, role]) => new Set(membershipsOf(role.fields)))
      const isFull = (r: string) =>
        held.filter((memberships) => memberships.has(r)).length > MAX_ROLES_PER_COLLECTION
      if (!resources.some(isFull)) return
      const message = `The maximum number of roles per resource (${MAX_ROLES_PER_COLLECTION}) have been exceeded.`
      throw constraintFailure({ verb: before ? 'update' : 'create', collection, key: name }, [
        { path: [], message },
      ])
    }),
  )
}

const membershipsOf = (fields: ReadonlyMap<string, Value>): string[] =>
  eachObject('membership', fields.get('membership')).flatMap(([, m]) => {
    const resource = m.get('resource')
    return typeof resource === 'string' ? [resource] : []
  })
