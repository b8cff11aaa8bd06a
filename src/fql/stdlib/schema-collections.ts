/** The collections of schema documents: found by name (spec/data.md §4). */
import * as fail from '#src/fql/errors/catalogue.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { FieldDefinition, TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { isFunction } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { byName, create, SET_METHODS } from './collection.ts'
import { declareType, field, method } from './declare.ts'

/** What a reference to a deleted collection has for a collection. */
export const DELETED = new ModuleValue(
  'Deleted',
  declareType({ name: 'Collection.Deleted', typeName: 'DeletedCollection' }),
)

const namedCollection = (
  name: string,
  apply?: NativeDefinition,
  fields: readonly FieldDefinition[] = [],
): TypeDefinition =>
  declareType({
    name,
    typeName: `${name}Collection`,
    fields,
    methods: [create, byName, ...SET_METHODS],
    ...(apply && { apply }),
  })

/** `Collection("C")`: the collection object of a user collection. */
const collectionOf = method('apply(collection: String) => Any', (ctx, _self: ModuleValue, name: string) => {
  const found = ctx.host.global(name)
  if (found instanceof ModuleValue && found.collection?.user) return found
  throw fail.invalidArgument(
    'collection',
    `No such user collection \`${name}\`.`,
    ctx.host.hintsFor(ctx, 'collection', name),
  )
})

/** `Function("f")` */
const functionOf = method('apply(function: String) => Any', (ctx, _self: ModuleValue, name: string) => {
  const found = ctx.host.global(name)
  if (found !== undefined && isFunction(found)) return found
  throw fail.invalidArgument(
    'function',
    `No such user function \`${name}\`.`,
    ctx.host.hintsFor(ctx, 'function', name),
  )
})

export const collectionCollectionType = namedCollection('Collection', collectionOf, [
  field('Deleted: DeletedCollection', () => DELETED),
])
export const functionCollectionType = namedCollection('Function', functionOf)
export const roleCollectionType = namedCollection('Role')
export const databaseCollectionType = namedCollection('Database')
export const accessProviderCollectionType = namedCollection('AccessProvider')
