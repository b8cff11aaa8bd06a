/** The indexes and unique constraints that a collection document asks for (spec/data.md §5.1, §6). */
import { parseLambda, parsePath } from '#src/fql/syntax/parser.ts'
import { ObjectValue, objectOf, type Value } from '#src/fql/values/value.ts'
import { printLambda } from '#src/schema/fsl/print.ts'
import {
  type IndexInfo,
  type IndexPart,
  makeIndex,
  type NamedIndex,
  type Path,
  type UniqueConstraint,
} from './collection.ts'
import type { DatabaseId } from './keys.ts'
import { listField, numberField, objectField, objects, textField } from './schema-model.ts'

type Fields = ReadonlyMap<string, Value>

/** `.a.b[0]`, `a.b`, `a["b"]` → steps; undefined when it is none. */
function pathOf(text: string): Path | undefined {
  const parsed = parsePath({ name: '*path*', text })
  return parsed.ok ? parsed.value : undefined
}

function partOf(v: Value): IndexPart | undefined {
  const fields: Fields = v instanceof ObjectValue ? v.fields : new Map([['field', v]])
  const path = pathOf(textField(fields, 'field') ?? '')
  return path && { path, mva: fields.get('mva') === true, descending: fields.get('order') === 'desc' }
}

const partsOf = (values: readonly Value[]): IndexPart[] => values.map(partOf).filter((p) => p !== undefined)

/** What a collection document asks to be indexed, and the unique constraints and indexes that it is for. */
export interface WantedIndex {
  /** Names the physical index: equal terms and values, computed the same way, share one. */
  readonly key: string
  readonly terms: readonly IndexPart[]
  readonly values: readonly IndexPart[]
}

/** Canonical bodies of computed fields by name: a change of one changes what is indexed. */
const bodiesOf = (fields: Fields): ReadonlyMap<string, string> =>
  new Map(
    [...objectField(fields, 'computed_fields')].flatMap(([name, v]) => {
      const body = v instanceof ObjectValue ? textField(v.fields, 'body') : undefined
      return body === undefined ? [] : [[name, canonicalLambda(body)] as const]
    }),
  )

function canonicalLambda(text: string): string {
  const parsed = parseLambda({ name: '*body*', text }, { short: true })
  return parsed.ok ? printLambda(parsed.value) : text
}

/** The key of an index, given the bodies of the computed fields among its paths. */
export function indexKey(
  terms: readonly IndexPart[],
  values: readonly IndexPart[],
  bodies: ReadonlyMap<string, string>,
): string {
  const part = (p: IndexPart, ordered: boolean) => [
    p.path,
    p.mva,
    ordered && p.descending,
    ...(bodies.has(String(p.path[0])) ? [bodies.get(String(p.path[0]))] : []),
  ]
  return JSON.stringify([terms.map((p) => part(p, false)), values.map((p) => part(p, true))])
}

/** Reads what the definition of one collection says of its indexes. */
export class IndexDefinitions {
  readonly bodies: ReadonlyMap<string, string>
  private readonly fields: Fields
  constructor(fields: Fields) {
    this.fields = fields
    this.bodies = bodiesOf(fields)
  }

  /** Indexes that users call, by name. */
  named(): (readonly [string, Fields, WantedIndex])[] {
    return [...objectField(this.fields, 'indexes')].flatMap(([name, v]) =>
      v instanceof ObjectValue
        ? [
            [
              name,
              v.fields,
              this.wanted(listField(v.fields, 'terms'), listField(v.fields, 'values')),
            ] as const,
          ]
        : [],
    )
  }
  /** Unique constraints, in order. */
  uniques(): (readonly [Fields, WantedIndex])[] {
    return objects(listField(this.fields, 'constraints')).flatMap((c) =>
      c.has('unique') ? [[c, this.wanted(listField(c, 'unique'), [])] as const] : [],
    )
  }
  /** Every physical index, by key. */
  all(): ReadonlyMap<string, WantedIndex> {
    const wanted = [...this.named().map(([, , w]) => w), ...this.uniques().map(([, w]) => w)]
    return new Map(wanted.map((w) => [w.key, w]))
  }
  /** The paths begin with a computed field. */
  usesComputed({ terms, values }: WantedIndex): boolean {
    return [...terms, ...values].some((p) => this.bodies.has(String(p.path[0])))
  }

  private wanted(terms: readonly Value[], values: readonly Value[]): WantedIndex {
    const parts = { terms: partsOf(terms), values: partsOf(values) }
    return { key: indexKey(parts.terms, parts.values, this.bodies), ...parts }
  }
}

/** A physical index of a collection, as kept in the collection's hidden fields. */
export interface Backing {
  readonly key: string
  readonly id: number
  /** While staged: its key in terms of the active schema's fields; undefined: it cannot be said in them. */
  readonly origin: string | undefined
}

export const backingsOf = (internal: Fields): Backing[] =>
  objects(listField(internal, 'backing')).map((b) => ({
    key: textField(b, 'key') ?? '',
    id: numberField(b, 'id') ?? 0,
    origin: textField(b, 'origin'),
  }))

export const backingValue = ({ key, id, origin }: Backing): ObjectValue =>
  objectOf({ key, id, ...(origin !== undefined && { origin }) })

/** How far the filling of a physical index is. */
export type BuildState = 'building' | 'failed' | 'complete'
export interface Build {
  readonly state: BuildState
  /** Microseconds; since when it is so. */
  readonly since: number
}

/** By `buildName`. An index that is not mentioned has been complete since its collection was made. */
export type Builds = ReadonlyMap<string, Build>
export const buildName = (collection: number, index: number): string => `${collection}:${index}`

const COMPLETE: Build = { state: 'complete', since: 0 }
export const buildOf = (builds: Builds, collection: number, index: number): Build =>
  builds.get(buildName(collection, index)) ?? COMPLETE

export interface CollectionIndexes {
  readonly indexes: readonly IndexInfo[]
  readonly namedIndexes: readonly NamedIndex[]
  readonly uniques: readonly UniqueConstraint[]
}

export function indexesOf(
  database: DatabaseId,
  collection: number,
  fields: Fields,
  internal: Fields,
  builds: Builds,
): CollectionIndexes {
  const definitions = new IndexDefinitions(fields)
  const ids = new Map(backingsOf(internal).map((b) => [b.key, b.id]))
  const made = new Map<string, IndexInfo>()
  for (const w of definitions.all().values()) {
    const id = ids.get(w.key)
    if (id !== undefined) made.set(w.key, makeIndex(database, collection, id, w.terms, w.values))
  }
  const namedIndexes = definitions.named().flatMap(([name, index, { key }]): NamedIndex[] => {
    const info = made.get(key)
    if (!info) return []
    const given = index.get('queryable')
    const { state, since } = buildOf(builds, collection, info.id)
    const queryable = typeof given === 'boolean' ? given : state === 'complete'
    return [{ name, index: info, queryable, since }]
  })
  const uniques = definitions.uniques().flatMap(([, { key, terms }]): UniqueConstraint[] => {
    const index = made.get(key)
    return index ? [{ index, paths: terms.map((t) => t.path) }] : []
  })
  return { indexes: [...made.values()], namedIndexes, uniques }
}
