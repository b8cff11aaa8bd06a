/** How the definition of a collection is kept and shown: what the server adds to what users write (spec/schema.md §4.1). */
import { isArray, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { DatabaseHost } from '../database-host.ts'
import type { DocumentVersion } from '../document-version.ts'
import {
  type BuildState,
  backingsOf,
  buildName,
  buildOf,
  IndexDefinitions,
  type WantedIndex,
} from '../index-definitions.ts'
import { listField, numberField, objectField, objects } from '../schema-model.ts'

type Fields = ReadonlyMap<string, Value>

/** Hidden: the collection's own id. */
export const ID_FIELD = 'id'

const UNIQUE_STATUS = { building: 'pending', complete: 'active', failed: 'failed' } as const

/** `indexes` and `constraints` with the status of what is built for them. */
export function shownDefinition(
  host: DatabaseHost,
  fields: Fields,
  internal: Fields,
): ReadonlyMap<string, Value> {
  const definitions = new IndexDefinitions(fields)
  const ids = new Map(backingsOf(internal).map((b) => [b.key, b.id]))
  const collection = numberField(internal, ID_FIELD) ?? 0
  const status = ({ key }: WantedIndex): BuildState | undefined => {
    const id = ids.get(key)
    return id === undefined ? undefined : statusOf(host, collection, id)
  }
  const indexes = definitions
    .named()
    .map(([name, index, wanted]) => [name, shownIndex(index, status(wanted))] as const)
  const uniques = definitions.uniques().map(([c, wanted]) => shownUnique(c, status(wanted)))
  const others = listField(fields, 'constraints').filter(
    (c) => !(c instanceof ObjectValue && c.fields.has('unique')),
  )
  return new Map<string, Value>([
    ['indexes', new ObjectValue(new Map(indexes))],
    ['constraints', [...uniques, ...others]],
  ])
}

const statusOf = (host: DatabaseHost, collection: number, index: number): BuildState =>
  host.schemaWrites.building.has(buildName(collection, index))
    ? 'building'
    : buildOf(host.schema.state.builds, collection, index).state

function shownIndex(index: Fields, status: BuildState | undefined): ObjectValue {
  if (status === undefined) return new ObjectValue(index)
  const shown = new Map<string, Value>([
    ['queryable', index.get('queryable') ?? status === 'complete'],
    ['status', status],
  ])
  for (const [name, v] of index) if (!shown.has(name)) shown.set(name, v)
  return new ObjectValue(shown)
}

function shownUnique(constraint: Fields, status: BuildState | undefined): ObjectValue {
  const unique = constraint.get('unique') ?? []
  return new ObjectValue(
    new Map<string, Value>([
      ['unique', unique],
      ...(status ? [['status', UNIQUE_STATUS[status]] as const] : []),
    ]),
  )
}

/** All fields of a stored definition, as they are read. */
export const shownFields = (host: DatabaseHost, { fields, internal }: DocumentVersion): Fields =>
  new Map([...fields, ...shownDefinition(host, fields, internal)])

/** Takes what is only shown out of fields about to be stored: users may have given it back as they read it. */
export function dropShown(fields: Map<string, Value>): void {
  const indexes = [...objectField(fields, 'indexes')].map(
    ([name, v]) => [name, withoutBuildState(v)] as const,
  )
  fields.set('indexes', new ObjectValue(new Map(indexes)))
  fields.set('constraints', listField(fields, 'constraints').map(withoutBuildState))
}

const withoutBuildState = (v: Value): Value =>
  v instanceof ObjectValue && v.fields.has('status')
    ? new ObjectValue(new Map([...v.fields].filter(([name]) => name !== 'status')))
    : v

/** The canonical form, which definitions take at the end of their query: orders filled in, unique constraints first. */
export function normalisedDefinition(fields: Fields): Map<string, Value> {
  const out = new Map(fields)
  const indexes = [...objectField(fields, 'indexes')].map(([name, v]) => [name, withOrders(v)] as const)
  out.set('indexes', new ObjectValue(new Map(indexes)))
  const constraints = objects(listField(fields, 'constraints'))
  const uniques = constraints.filter((c) => c.has('unique')).map(shortUnique)
  const checks = constraints.filter((c) => !c.has('unique')).map((c) => new ObjectValue(c))
  out.set('constraints', [...uniques, ...checks])
  return out
}

function withOrders(index: Value): Value {
  if (!(index instanceof ObjectValue)) return index
  const out = new Map<string, Value>()
  for (const [name, v] of index.fields) {
    // An empty list is as good as none.
    if ((name === 'terms' || name === 'values') && isArray(v) && v.length === 0) continue
    out.set(name, name === 'values' && isArray(v) ? v.map(withOrder) : v)
  }
  return new ObjectValue(out)
}

function withOrder(part: Value): Value {
  if (!(part instanceof ObjectValue) || part.fields.has('order')) return part
  const [field, ...rest] = [...part.fields]
  return new ObjectValue(new Map([...(field ? [field] : []), ['order', 'asc'] as const, ...rest]))
}

/** Terms are plain paths unless one of them says something of `mva`. */
function shortUnique(constraint: Fields): ObjectValue {
  const terms = listField(constraint, 'unique')
  const parts = terms.map((t) =>
    t instanceof ObjectValue ? t.fields : new Map<string, Value>([['field', t]]),
  )
  const unique = parts.some((p) => p.has('mva'))
    ? parts.map((p) => new ObjectValue(p))
    : parts.map((p) => p.get('field') ?? NULL)
  return new ObjectValue(new Map<string, Value>([['unique', unique]]))
}
