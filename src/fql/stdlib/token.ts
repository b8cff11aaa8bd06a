/** `Token` (spec/secrets.md §1). */
import { READ } from '#src/fql/eval/effect.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import { applyId, byId, create, SET_METHODS } from './collection.ts'
import { declareType, method } from './declare.ts'

const byDocument = method(
  'byDocument(document: Document) => Set<Token>',
  (ctx, self: ModuleValue, document: DocValue) =>
    ctx.host.byDocument(ctx, self.collection as CollectionHandle, document),
  { effect: READ },
)

export const tokenCollectionType = declareType({
  name: 'Token',
  typeName: 'TokenCollection',
  methods: [create, byId, byDocument, ...SET_METHODS],
  apply: applyId,
})
