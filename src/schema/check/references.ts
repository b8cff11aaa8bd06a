/** Names that roles and access providers refer to (spec/schema.md §12.1). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Name } from '#src/fql/syntax/tree.ts'
import type { AccessProviderItem, RoleItem, SchemaItem } from '../model/items.ts'

/** System collections as resources; `Credentials` is an old alias. */
const SYSTEM_RESOURCES = [
  'Key',
  'Token',
  'Credential',
  'Credentials',
  'Database',
  'Collection',
  'Function',
  'Role',
  'AccessProvider',
]
const BUILT_IN_ROLES: ReadonlySet<string> = new Set(['admin', 'server', 'server-readonly', 'client'])

/** Resources that no item has, then roles of access providers that no item has. */
export const referenceErrors = (items: readonly SchemaItem[]): Diagnostic[] => {
  const collections = new Set([...SYSTEM_RESOURCES, ...namesOf(items, 'collection')])
  const resources = new Set([...collections, ...namesOf(items, 'function')])
  const roles = new Set(namesOf(items, 'role'))
  return [
    ...items.flatMap((item) => (item.kind === 'role' ? roleErrors(item, collections, resources) : [])),
    ...items.flatMap((item) => (item.kind === 'access provider' ? providerErrors(item, roles) : [])),
  ]
}

const namesOf = (items: readonly SchemaItem[], kind: SchemaItem['kind']): string[] =>
  items
    .filter((item) => item.kind === kind)
    .flatMap((item) => {
      const alias = 'alias' in item ? item.alias : undefined
      return alias ? [item.name.text, alias.value.text] : [item.name.text]
    })

const roleErrors = (
  role: RoleItem,
  collections: ReadonlySet<string>,
  resources: ReadonlySet<string>,
): Diagnostic[] => [
  ...role.membership.filter((m) => !collections.has(m.resource.text)).map((m) => noResource(m.resource)),
  ...role.privileges.filter((p) => !resources.has(p.resource.text)).map((p) => noResource(p.resource)),
]

const providerErrors = (provider: AccessProviderItem, roles: ReadonlySet<string>): Diagnostic[] =>
  provider.roles.flatMap(({ role }) => {
    if (BUILT_IN_ROLES.has(role.text)) return [errorAt(role, `Builtin role \`${role.text}\` is not allowed`)]
    return roles.has(role.text) ? [] : [errorAt(role, `Role \`${role.text}\` does not exist`)]
  })

const noResource = (name: Name): Diagnostic => errorAt(name, `Resource \`${name.text}\` does not exist`)

const errorAt = (name: Name, message: string): Diagnostic => ({ kind: 'error', message, span: name.span })
