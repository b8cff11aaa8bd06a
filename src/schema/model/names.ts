/** Names with a meaning of their own (spec/schema.md §6). */

/** Members of every document, which no user field may be called (§6.4). */
const SPECIAL_FIELD_NAMES: ReadonlySet<string> = new Set([
  'id',
  'coll',
  'ts',
  'data',
  'ttl',
  'delete',
  'update',
  'replace',
  'updateData',
  'replaceData',
  'exists',
])
export const isSpecialFieldName = (name: string): boolean => SPECIAL_FIELD_NAMES.has(name)
