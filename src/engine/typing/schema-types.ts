import type { DatabaseSchema } from '#src/data/database-schema.ts'
import { databaseEnvironment } from '#src/fql/types/database.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { memoized } from '#src/lib/memoized.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import { BUILT_IN_TYPES } from './built-in-types.ts'
import { Literals } from './stand-ins.ts'
import { SYSTEM_TYPES } from './system-types.ts'

/** The checker's environment of a schema; made once for each version. */
export const typesOf = memoized((schema: DatabaseSchema) => firstTypesOf(schema, Number.POSITIVE_INFINITY))

/** What is written in its types. */
export const literalsOf = memoized(({ documents: { collections, functions } }: DatabaseSchema): Literals => {
  const texts = [...collections, ...functions].flatMap(([, { fields, internal }]) => [
    ...[...fields.values()].flatMap(signaturesIn),
    ...TYPE_TEXTS.map((name) => internal.get(name)).filter((text) => typeof text === 'string'),
  ])
  return new Literals([SYSTEM_LITERALS, ...texts.filter(mayHoldLiteral)].join(' '))
})

/** Types that are kept beside the fields. */
const TYPE_TEXTS = ['computed_types', 'signature']

function signaturesIn(v: Value): string[] {
  if (!(v instanceof ObjectValue)) return []
  return [...v.fields].flatMap(([name, x]) =>
    name === 'signature' && typeof x === 'string' ? [x] : signaturesIn(x),
  )
}

const mayHoldLiteral = (type: string): boolean => /["'\d]/.test(type)

/** Those of the types that every database has. */
const SYSTEM_LITERALS =
  JSON.stringify(SYSTEM_TYPES)
    .match(/\\"\w+\\"/g)
    ?.join(' ')
    .replaceAll('\\', '') ?? ''

/** The environment of the first so many collections and functions. */
export function firstTypesOf({ documents }: DatabaseSchema, count: number): TypeEnvironment {
  const collections = documents.collections.slice(0, count).map(([, d]) => ({
    source: collectionFromDocument(d.fields),
    computedTypes: d.internal.get('computed_types') as string | undefined,
  }))
  const functions = documents.functions.slice(0, count).map(([, d]) => ({
    name: d.fields.get('name') as string,
    alias: d.fields.get('alias') as string | undefined,
    signature: d.internal.get('signature') as string | undefined,
  }))
  return databaseEnvironment(BUILT_IN_TYPES, collections, functions)
}
