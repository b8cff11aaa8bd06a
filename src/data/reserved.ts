/** Names of fields that documents have of their own (spec/data.md §1.3). */
export const RESERVED_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'coll',
  'ts',
  'data',
  'delete',
  'update',
  'replace',
  'updateData',
  'replaceData',
  'exists',
])

/** User fields of these names are reachable only below `data`. */
export const isSpecialField = (name: string): boolean => name === 'ttl' || RESERVED_FIELDS.has(name)
