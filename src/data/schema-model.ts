/** Schema documents as the parts of a compiled schema: what `database-schema.ts` builds collections and roles from. */
import type { Grant, Role } from '#src/access/roles/role.ts'
import { parsePath } from '#src/fql/syntax/parser.ts'
import { isArray, ObjectValue, objectOf, type Value } from '#src/fql/values/value.ts'
import type { CheckInfo, ComputedFieldInfo } from './collection.ts'
import {
  type IndexInfo,
  type IndexPart,
  makeIndex,
  type NamedIndex,
  type Path,
  type UniqueConstraint,
} from './collection.ts'
import type { DatabaseId } from './keys.ts'
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
const objects = (values: readonly Value[]): Fields[] =>
  values.filter((v) => v instanceof ObjectValue).map((v) => (v as ObjectValue).fields)

/** `.a.b[0]`, `a.b`, `a["b"]` → steps; undefined when it is none. */
export function pathOf(text: string): Path | undefined {
  const parsed = parsePath({ name: '*path*', text })
  return parsed.ok ? parsed.value : undefined
}

function partOf(v: Value): IndexPart | undefined {
  const fields: Fields = v instanceof ObjectValue ? v.fields : new Map([['field', v]])
  const path = pathOf(textField(fields, 'field') ?? '')
  return path && { path, mva: fields.get('mva') === true, descending: fields.get('order') === 'desc' }
}

export const partsOf = (values: readonly Value[]): IndexPart[] =>
  values.map(partOf).filter((p) => p !== undefined)

const partKey = (p: IndexPart): string =>
  `${p.descending ? '-' : '+'}${p.mva ? '*' : ''}${JSON.stringify(p.path)}`

/** Names the physical index of given terms and values; equal ones share it. */
export const backingKey = (terms: readonly IndexPart[], values: readonly IndexPart[]): string =>
  `${terms.map((t) => partKey({ ...t, descending: false })).join()}|${values.map(partKey).join()}`

/** A physical index of a collection, as kept in the collection's hidden fields. */
export interface Backing {
  readonly key: string
  readonly id: number
  readonly complete: boolean
}

export const backingsOf = (internal: Fields): Backing[] =>
  objects(listField(internal, 'backing')).map((b) => ({
    key: textField(b, 'key') ?? '',
    id: numberField(b, 'id') ?? 0,
    complete: b.get('complete') === true,
  }))

export const backingValue = (b: Backing): ObjectValue =>
  objectOf({ key: b.key, id: b.id, complete: b.complete })

export interface CollectionIndexes {
  readonly indexes: readonly IndexInfo[]
  readonly namedIndexes: readonly NamedIndex[]
  readonly uniques: readonly UniqueConstraint[]
}

interface Wanted {
  readonly key: string
  readonly terms: IndexPart[]
  readonly values: IndexPart[]
}

const wantedIndex = (fields: Fields): Wanted => {
  const terms = partsOf(listField(fields, 'terms'))
  const values = partsOf(listField(fields, 'values'))
  return { key: backingKey(terms, values), terms, values }
}
const wantedUnique = (constraint: Fields): Wanted => {
  const terms = partsOf(listField(constraint, 'unique'))
  return { key: backingKey(terms, []), terms, values: [] }
}

/** Every physical index that a collection document asks for. */
export function wantedIndexes(fields: Fields): Map<string, Wanted> {
  const wanted = [
    ...objects([...objectField(fields, 'indexes').values()]).map(wantedIndex),
    ...objects(listField(fields, 'constraints'))
      .filter((c) => c.has('unique'))
      .map(wantedUnique),
  ]
  return new Map(wanted.map((w) => [w.key, w]))
}

export function indexesOf(
  database: DatabaseId,
  collection: number,
  fields: Fields,
  internal: Fields,
): CollectionIndexes {
  const backings = new Map(backingsOf(internal).map((b) => [b.key, b]))
  const made = new Map<string, IndexInfo>()
  for (const w of wantedIndexes(fields).values()) {
    const backing = backings.get(w.key)
    if (backing) made.set(w.key, makeIndex(database, collection, backing.id, w.terms, w.values))
  }
  const namedIndexes: NamedIndex[] = []
  for (const [name, v] of objectField(fields, 'indexes')) {
    if (!(v instanceof ObjectValue)) continue
    const { key } = wantedIndex(v.fields)
    const index = made.get(key)
    const queryable = v.fields.get('queryable')
    if (index)
      namedIndexes.push({
        name,
        index,
        queryable: typeof queryable === 'boolean' ? queryable : (backings.get(key)?.complete ?? false),
      })
  }
  const uniques: UniqueConstraint[] = []
  for (const c of objects(listField(fields, 'constraints'))) {
    if (!c.has('unique')) continue
    const { key, terms } = wantedUnique(c)
    const index = made.get(key)
    if (index) uniques.push({ index, paths: terms.map((t) => t.path) })
  }
  return { indexes: [...made.values()], namedIndexes, uniques }
}

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

export function checksOf(collection: string, fields: Fields): CheckInfo[] {
  const out: CheckInfo[] = []
  for (const c of objects(listField(fields, 'constraints'))) {
    const check = objectField(c, 'check')
    const name = textField(check, 'name')
    const body = textField(check, 'body')
    const lambda = name && body ? storedLambda(body, `*check_constraint:${collection}:${name}*`) : undefined
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
