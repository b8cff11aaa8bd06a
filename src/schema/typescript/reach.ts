/** What roles can reach: collections with what may be done to their documents, and functions. */
import type { ActionName, RoleItem, SchemaItem } from '../model/items.ts'

export interface Reach {
  /** What may be done to documents of a collection. */
  actions(collection: string): readonly ActionName[]
  /** `some`: those that a predicate chooses. */
  reads(collection: string): 'all' | 'some' | 'none'
  calls(functionName: string): boolean
}

/** Keys that may do everything. */
export const UNLIMITED: Reach = {
  actions: () => ['read', 'create', 'write', 'delete'],
  reads: () => 'all',
  calls: () => true,
}

/** The rights of the roles together. Privileges name a resource by its name or its alias. */
export function reachOf(roles: readonly RoleItem[], items: readonly SchemaItem[]): Reach {
  const names = namesByAlias(items)
  const grants = new Map<string, Map<ActionName, 'all' | 'some'>>()
  for (const { resource, actions } of roles.flatMap((role) => role.privileges)) {
    const name = names.get(resource.text) ?? resource.text
    const granted = grants.get(name) ?? new Map<ActionName, 'all' | 'some'>()
    grants.set(name, granted)
    for (const { action, predicate } of actions)
      if (granted.get(action) !== 'all') granted.set(action, predicate ? 'some' : 'all')
  }
  return {
    actions: (collection) => [...(grants.get(collection)?.keys() ?? [])],
    reads: (collection) => grants.get(collection)?.get('read') ?? 'none',
    calls: (name) => grants.get(name)?.has('call') ?? false,
  }
}

const namesByAlias = (items: readonly SchemaItem[]): ReadonlyMap<string, string> =>
  new Map(
    items.flatMap((item) =>
      'alias' in item && item.alias ? [[item.alias.value.text, item.name.text] as const] : [],
    ),
  )
