/** What collection objects offer: user collections and, with fewer methods, system collections (spec/data.md §4). */
import { traceOf } from '#src/fql/eval/call.ts'
import type { Context } from '#src/fql/eval/context.ts'
import { READ, WRITE } from '#src/fql/eval/effect.ts'
import { hintCollectionScan } from '#src/fql/eval/hints.ts'
import type { NativeDefinition } from '#src/fql/eval/native.ts'
import type { TypeDefinition } from '#src/fql/eval/type-definition.ts'
import { firstWhere } from '#src/fql/sets/read.ts'
import { WhereSet } from '#src/fql/sets/where-set.ts'
import { DefinitionValue, DocValue } from '#src/fql/values/document.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import type { CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import type { IdValue, ObjectValue, Value } from '#src/fql/values/value.ts'
import { declareType, field, method } from './declare.ts'

const handle = (self: ModuleValue): CollectionHandle => self.collection as CollectionHandle
const reference = (ctx: Context, self: ModuleValue, id: IdValue) =>
  new DocValue(handle(self).module, id.id, ctx.at)
const named = (ctx: Context, self: ModuleValue, name: string) => new DocValue(self, name, ctx.at)

export const create = method(
  'create(data: Struct) => Any',
  (ctx, self: ModuleValue, data: ObjectValue) => ctx.host.create(ctx, handle(self), data, 'document'),
  { effect: WRITE },
)

const createData = method(
  'createData(data: Struct) => Any',
  (ctx, self: ModuleValue, data: ObjectValue) => ctx.host.create(ctx, handle(self), data, 'data'),
  { effect: WRITE },
)

export const byId = method('byId(id: ID) => Any', reference, { effect: READ })
/** `C(id)` reads nothing. */
export const applyId = method('apply(id: ID) => Any', reference)
export const byName = method('byName(name: String) => Any', named, { effect: READ })

const all = method(
  ['all() => Set<Any>', 'all(range: Any) => Set<Any>'],
  (ctx, self: ModuleValue, range?: Value) => ctx.host.all(ctx, self, range),
  { effect: READ },
)

const where = method(
  'where(pred: (Any) => Boolean) => Set<Any>',
  (ctx, self: ModuleValue, pred: FunctionValue) => {
    hintCollectionScan(ctx, 'where', self.name)
    return new WhereSet(ctx.host.all(ctx, self, undefined), pred, ctx.at, traceOf(ctx))
  },
  { effect: READ },
)

const firstWhereMethod = method(
  'firstWhere(pred: (Any) => Boolean) => Any',
  (ctx, self: ModuleValue, pred: FunctionValue) => {
    hintCollectionScan(ctx, 'firstWhere', self.name)
    return firstWhere(ctx, ctx.host.all(ctx, self, undefined), pred)
  },
  { effect: READ },
)

const nameText = method('toString() => String', (_ctx, self: ModuleValue) => self.name)

/** Methods of every collection object. */
export const SET_METHODS: readonly NativeDefinition[] = [all, where, firstWhereMethod, nameText]

const USER_METHODS: readonly NativeDefinition[] = [create, createData, byId, ...SET_METHODS]

const definition = field(
  'definition: CollectionDef',
  (ctx, self: ModuleValue) =>
    new DefinitionValue(ctx.host.systemCollection('Collection') as ModuleValue, handle(self).name, ctx.at),
)

/** The type of a user collection's object. `index` finds its index methods. */
export const userCollectionType = (
  name: string,
  index: (name: string) => NativeDefinition | undefined,
): TypeDefinition =>
  declareType({
    name,
    typeName: `${name}Collection`,
    fields: [definition],
    methods: USER_METHODS,
    apply: applyId,
    dynamic: index,
  })
