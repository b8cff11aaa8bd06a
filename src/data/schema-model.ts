/** Schema documents as the parts of a compiled schema: what `database-schema.ts` builds collections and roles from. */
import type { Grant, Role } from '#src/access/roles/role.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { CheckInfo, ComputedFieldInfo } from './collection.ts'
import { storedLambda } from './stored-code.ts'

type Fields = ReadonlyMap<string, Value>

export const textField = (fields: Fields, name: string): string | undefined => {
  const v = fields.get(name)
  return typeof v === 'string' ? v : undefined
}
export const numberField = (fields: Fields, name: string): number | undefined => {
  const v = fields.get(name)
  return typeof v === 'number' || typeof v === 'bigint' ? Number(v) : undefined
}
export const objectField = (fields: Fields, name: string): Fields => {
  const v = fields.get(name)
  return v instanceof ObjectValue ? v.fields : new Map()
}
/** A list, or a single thing as a list of one. */
export const listField = (fields: Fields, name: string): readonly Value[] => {
  const v = fields.get(name)
  if (v === undefined) return []
  return isArray(v) ? v : [v]
}
/** The objects of a list. */
export const objects = (values: readonly Value[]): Fields[] =>
  values.filter((v) => v instanceof ObjectValue).map((v) => (v as ObjectValue).fields)

export function computedFieldsOf(collection: string, fields: Fields): ComputedFieldInfo[] {
  const out: ComputedFieldInfo[] = []
  for (const [name, v] of objectField(fields, 'computed_fields')) {
    const body = v instanceof ObjectValue ? textField(v.fields, 'body') : undefined
    const lambda =
      body === undefined ? undefined : storedLambda(body, `*computed_field:${collection}:${name}*`)
    if (lambda) out.push({ name, body: lambda })
  }
  return out
}

export function checksOf(fields: Fields): CheckInfo[] {
  const out: CheckInfo[] = []
  for (const c of objects(listField(fields, 'constraints'))) {
    const check = objectField(c, 'check')
    const name = textField(check, 'name')
    const body = textField(check, 'body')
    const lambda = name && body ? storedLambda(body, `*check_constraint:${name}*`) : undefined
    if (name && lambda) out.push({ name, body: lambda })
  }
  return out
}

/** A Role document, its predicates compiled. Entries whose predicate does not parse grant nothing. */
export function roleOf(fields: Fields): Role {
  const name = textField(fields, 'name') ?? ''
  return {
    name,
    privileges: objects(listField(fields, 'privileges')).map((p) => ({
      resource: textField(p, 'resource') ?? '',
      actions: grantsOf(name, objectField(p, 'actions')),
    })),
    membership: objects(listField(fields, 'membership')).flatMap((m) => {
      const text = textField(m, 'predicate')
      const predicate = text === undefined ? undefined : storedLambda(text, `*membership:${name}*`)
      if (text !== undefined && !predicate) return []
      return [{ resource: textField(m, 'resource') ?? '', predicate }]
    }),
  }
}

function grantsOf(role: string, actions: Fields): Map<string, Grant> {
  const grants = new Map<string, Grant>()
  for (const [action, v] of actions) {
    const grant =
      v === true ? true : typeof v === 'string' ? storedLambda(v, `*predicate:${role}:${action}*`) : undefined
    if (grant) grants.set(action, grant)
  }
  return grants
}
