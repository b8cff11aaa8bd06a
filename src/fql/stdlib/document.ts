/** Methods of documents (spec/data.md §2). */

import { READ, WRITE } from '#src/fql/eval/effect.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { ObjectValue } from '#src/fql/values/value.ts'
import { andThen } from '#src/lib/eventual.ts'
import { declareType, method } from './declare.ts'

const exists = method(
  'exists() => Boolean',
  (ctx, self: DocValue) => andThen(ctx.host.missing(ctx, self), (cause) => cause === undefined),
  { effect: READ },
)
const update = method(
  'update(data: Struct) => Any',
  (ctx, self: DocValue, data: ObjectValue) => ctx.host.update(ctx, self, data, 'document'),
  { effect: WRITE },
)
const updateData = method(
  'updateData(data: Struct) => Any',
  (ctx, self: DocValue, data: ObjectValue) => ctx.host.update(ctx, self, data, 'data'),
  { effect: WRITE },
)
const replace = method(
  'replace(data: Struct) => Any',
  (ctx, self: DocValue, data: ObjectValue) => ctx.host.replace(ctx, self, data, 'document'),
  { effect: WRITE },
)
const replaceData = method(
  'replaceData(data: Struct) => Any',
  (ctx, self: DocValue, data: ObjectValue) => ctx.host.replace(ctx, self, data, 'data'),
  { effect: WRITE },
)
const remove = method('delete() => Any', (ctx, self: DocValue) => ctx.host.delete(ctx, self), {
  effect: WRITE,
})

export const DOCUMENT_METHODS: readonly NativeDefinition[] = [exists, update, replace, remove]

/** Documents of user collections. */
export const userDocumentType = declareType({
  name: 'Doc',
  methods: [...DOCUMENT_METHODS, updateData, replaceData],
})

/** Documents of system collections without methods of their own. */
export const systemDocumentType = declareType({ name: 'Doc', methods: DOCUMENT_METHODS })
