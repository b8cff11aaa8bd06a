/** The environment of a database's queries: the built-in one, its collections and its functions (§3.3). */

import {
  type CollectionDefinition,
  type CollectionTypes,
  collectionTypes,
  type FieldDefinition,
  type IndexTerm,
} from '#src/fql/types/collection.ts'
import type { Member, TypeEnvironment } from '#src/fql/types/environment.ts'
import { fieldDefinition } from '#src/fql/types/field-type.ts'
import { typeFromSyntax } from '#src/fql/types/from-syntax.ts'
import type { CollectionSource, FieldSource, TermSource } from '#src/fql/types/schema-source.ts'
import { ANY, named, type Type } from '#src/fql/types/type.ts'

/** A collection and what its computed fields were inferred to be. */
export interface StoredCollection {
  readonly source: CollectionSource
  /** Stored text of the inferred types, `{ total: Number }`; without it they are Any unless annotated. */
  readonly computedTypes?: string | undefined
}

export interface StoredFunction {
  readonly name: string
  readonly alias?: string | undefined
  /** As the check of the schema found it, `(x: Int) => Int`; without it the function is Any. */
  readonly signature?: string | undefined
}

/** The environment that the queries of a database are checked in. Collections win over functions of the same name. */
export const databaseEnvironment = (
  builtins: TypeEnvironment,
  collections: readonly StoredCollection[],
  functions: readonly StoredFunction[],
): TypeEnvironment => {
  // Stored texts are read when first used: the environment exists by then.
  const self = (): TypeEnvironment => env
  const types = collections.map(({ source, computedTypes }) =>
    collectionTypes(collectionDefinition(source, storedComputed(source, computedTypes, self))),
  )
  const env: TypeEnvironment = builtins.extend({
    shapes: types.flatMap(({ shapes }) => shapes),
    globals: [...functions.flatMap((fn) => functionGlobals(fn, self)), ...types.flatMap(globalsOf)],
  })
  return env
}

const globalsOf = ({ globals }: CollectionTypes): CollectionTypes['globals'] => globals

const functionGlobals = (
  { name, alias, signature }: StoredFunction,
  env: () => TypeEnvironment,
): (readonly [string, Member])[] => {
  const type: Member = () =>
    named('UserFunction', [signature === undefined ? ANY : env().storedType(signature)])
  return [name, ...(alias === undefined ? [] : [alias])].map((one) => [one, type] as const)
}

const storedComputed = (
  source: CollectionSource,
  text: string | undefined,
  env: () => TypeEnvironment,
): ReadonlyMap<string, Member> => {
  const types = new Map<string, Member>()
  for (const field of source.fields)
    if (field.kind === 'computed') types.set(field.name.text, () => storedFieldType(field, text, env()))
  return types
}

const storedFieldType = (
  field: FieldSource & { kind: 'computed' },
  text: string | undefined,
  env: TypeEnvironment,
): Type => {
  if (field.type) return typeFromSyntax(field.type, { isParameter: () => false })
  const all = text === undefined ? ANY : env.storedType(text)
  return (all.kind === 'record' && all.fields.get(field.name.text)) || ANY
}

/**
 * The definition behind a collection's types; computed fields are given. `placed`: types of fields keep their places,
 * where the source is the text that the user sees.
 */
export const collectionDefinition = (
  source: CollectionSource,
  computed: ReadonlyMap<string, Member>,
  placed = false,
): CollectionDefinition => {
  const fields = new Map<string, FieldDefinition>()
  let open = false
  for (const field of source.fields) {
    if (field.kind === 'defined')
      fields.set(field.name.text, fieldDefinition(field.type, field.default !== undefined, placed))
    else if (field.kind === 'wildcard') open = true
  }
  return {
    name: source.name.text,
    ...(source.alias ? { alias: source.alias.value.text } : {}),
    fields,
    computed,
    ...(open ? { wildcard: ANY } : {}),
    ...(source.documentTtls ? { documentTtls: source.documentTtls.value } : {}),
    indexes: new Map(
      source.indexes.map((index) => [index.name.text, (index.terms?.items ?? []).map(indexTerm)] as const),
    ),
  }
}

const indexTerm = ({ path, mva }: TermSource): IndexTerm => ({
  path: path.elements.map(({ key }) => (typeof key === 'bigint' ? Number(key) : key)),
  mva,
})
