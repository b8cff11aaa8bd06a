/** Names with a meaning of their own (spec/schema.md §6). */

/** Members of every document that a write may not give. */
const RESERVED_FIELD_NAMES: ReadonlySet<string> = new Set([
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
export const isReservedFieldName = (name: string): boolean => RESERVED_FIELD_NAMES.has(name)

/** Besides the reserved ones also `ttl`, which a write may give: no field may be defined under such a name (§6.4). */
export const isSpecialFieldName = (name: string): boolean => name === 'ttl' || RESERVED_FIELD_NAMES.has(name)

const COLLECTION_MEMBERS: ReadonlySet<string> = new Set([
  'all',
  'byId',
  'create',
  'createAll',
  'createData',
  'definition',
  'firstWhere',
  'toString',
  'where',
])
/** Members of every collection, which no index may be called. */
export const isCollectionMember = (name: string): boolean => COLLECTION_MEMBERS.has(name)
