import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { Path } from '../collection.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'
import { EXACTLY_ONE, type LambdaArity, lambdaFailures, shape, shapeFailures } from './field-shapes.ts'
import { invalidName } from './names.ts'

/** Names that only built-in roles have. `client` is not among them (spec/roles.md §1.3). */
const RESERVED = new Set(['admin', 'server'])

/** Parameters that a stored predicate may have, by action (spec/roles.md §1.2). */
const PARAMETERS: ReadonlyMap<string, LambdaArity | undefined> = new Map([
  ['read', EXACTLY_ONE],
  ['write', { counts: [2, 3], text: '2 or 3 arguments' }],
  ['create', EXACTLY_ONE],
  ['create_with_id', { counts: [1, 2], text: '1 or 2 arguments' }],
  ['delete', EXACTLY_ONE],
  ['history_write', { counts: [4], text: 'exactly 4 arguments' }],
  ['history_read', EXACTLY_ONE],
  ['unrestricted_read', EXACTLY_ONE],
  ['call', undefined],
])

const ACTIONS = [...PARAMETERS.keys()].map((action) => `${action}: Boolean | String | Null`).join(', ')
const PRIVILEGE = `{ resource: String, actions: { ${ACTIONS} } | Null }`
const MEMBERSHIP = '{ resource: String, predicate: String | Null }'
const SHAPE = shape(
  `{ privileges: ${PRIVILEGE} | Array<${PRIVILEGE}> | Null, membership: ${MEMBERSHIP} | Array<${MEMBERSHIP}> | Null }`,
)

/** What is wrong with a role on its own; names of resources are looked up at the end of the query. */
export function roleFailures({ before, after }: NativeWrite): Failure[] {
  if (!after) return []
  const { fields } = after
  const shaped = shapeFailures(SHAPE, fields)
  const names = nameFailures(before?.fields.get('name'), fields.get('name'))
  return [...names, ...(shaped.length > 0 ? shaped : predicateFailures(fields))]
}

function nameFailures(before: Value | undefined, name: Value | undefined): Failure[] {
  if (typeof name !== 'string' || before === name) return []
  if (RESERVED.has(name)) return [{ path: ['name'], message: `The identifier \`${name}\` is reserved.` }]
  return invalidName(name)
}

const predicateFailures = (fields: ReadonlyMap<string, Value>): Failure[] => [
  ...eachObject('membership', fields.get('membership')).flatMap(([path, m]) =>
    lambdaFailures([...path, 'predicate'], m.get('predicate'), EXACTLY_ONE),
  ),
  ...eachObject('privileges', fields.get('privileges')).flatMap(([path, p]) => actionFailures(path, p)),
]

function actionFailures(path: Path, privilege: ReadonlyMap<string, Value>): Failure[] {
  const actions = privilege.get('actions')
  if (!(actions instanceof ObjectValue)) return []
  return [...actions.fields].flatMap(([action, grant]) =>
    lambdaFailures([...path, 'actions', action], grant, PARAMETERS.get(action)),
  )
}

/** The objects of a field that holds one or a list, each with its path. */
export function eachObject(name: string, value: Value | undefined): [Path, ReadonlyMap<string, Value>][] {
  if (value instanceof ObjectValue) return [[[name], value.fields]]
  if (value === undefined || !isArray(value)) return []
  return value.flatMap((v, i): [Path, ReadonlyMap<string, Value>][] =>
    v instanceof ObjectValue ? [[[name, i], v.fields]] : [],
  )
}
