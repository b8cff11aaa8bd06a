import { BUILT_IN_ROLES } from '#src/access/roles/built-in.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { Failure } from '../native-collection.ts'
import { EXACTLY_ONE, lambdaFailures, shape, shapeFailures } from './field-shapes.ts'
import { eachObject } from './role-checks.ts'

const ROLE = 'String | { role: String, predicate: String }'
const SHAPE = shape(`{ roles: ${ROLE} | Array<${ROLE}> | Null }`)

/** What is wrong with the `roles` of an access provider; their names are looked up at the end of the query (spec/secrets.md §4.1). */
export function roleFailures(fields: ReadonlyMap<string, Value>): Failure[] {
  const shaped = shapeFailures(SHAPE, fields)
  if (shaped.length > 0) return shaped
  const roles = fields.get('roles')
  const predicates = eachObject('roles', roles).flatMap(([path, entry]) =>
    lambdaFailures([...path, 'predicate'], entry.get('predicate'), EXACTLY_ONE),
  )
  return [...(roles !== undefined && isArray(roles) ? listFailures(roles) : []), ...predicates]
}

/** Only a list is looked at: a single built-in role is refused with the schema as a whole. */
function listFailures(roles: readonly Value[]): Failure[] {
  const seen = new Map<string, number>()
  return roles.flatMap((entry) => {
    const role = entry instanceof ObjectValue ? entry.fields.get('role') : entry
    if (typeof role !== 'string') return []
    const count = (seen.get(role) ?? 0) + 1
    seen.set(role, count)
    return [
      ...(count === 2
        ? [failure(`The role \`${role}\` is present more than once, there can only be one entry per role.`)]
        : []),
      ...(BUILT_IN_ROLES.has(role) ? [failure(`Builtin role \`${role}\` not allowed.`)] : []),
    ]
  })
}

const failure = (message: string): Failure => ({ path: ['roles'], message })
