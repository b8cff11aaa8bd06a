/** `FQL.Schema` (spec/stdlib.md §11). */

import type { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { UserFunctionValue } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { NULL, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { method } from './declare.ts'
import { declareModule } from './module.ts'

/** The schema document of that name, also one of this query; undefined when there is none. */
function definition(ctx: Context, collection: string, name: string): Eventual<DocValue | undefined> {
  const module = ctx.host.systemCollection(collection)
  if (!(module instanceof ModuleValue)) return undefined
  const doc = new DocValue(module, name)
  return andThen(ctx.host.missing(ctx, doc), (cause) =>
    cause === undefined || cause === 'permission denied' ? doc : undefined,
  )
}

/** Names first, then what the name is an alias of. */
function defForIdentifier(ctx: Context, _self: Value, ident: string): Eventual<Value> {
  const meant = ctx.host.global(ident)
  const aliased = meant instanceof ModuleValue && meant.collection?.user ? meant.collection.name : ident
  return andThen(definition(ctx, 'Collection', ident), (named) =>
    andThen(named ?? definition(ctx, 'Collection', aliased), (collection) => {
      if (collection) return collection
      const fallback = meant instanceof UserFunctionValue ? meant.definition : NULL
      return andThen(definition(ctx, 'Function', ident), (fn) => fn ?? fallback)
    }),
  )
}

export const schemaModule = declareModule({
  name: 'FQL.Schema',
  typeName: 'FQL.SchemaModule',
  methods: [method('defForIdentifier(ident: String) => Any', defForIdentifier)],
})
