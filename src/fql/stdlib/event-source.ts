/** `EventSource` (spec/data.md §13.1). */
import { traceOf } from '#src/fql/eval/call.ts'
import { MapSet } from '#src/fql/sets/map-set.ts'
import { WhereSet } from '#src/fql/sets/where-set.ts'
import type { FunctionValue } from '#src/fql/values/function.ts'
import { EventSourceValue } from '#src/fql/values/set.ts'
import { method } from './declare.ts'
import { valueType } from './value-type.ts'

const where = method(
  'where(predicate: A => Boolean | Null) => EventSource<A>',
  (ctx, self: EventSourceValue, predicate: FunctionValue) =>
    new EventSourceValue(new WhereSet(self.set, predicate, ctx.at, traceOf(ctx)), self.watched),
  { callbackNames: { predicate: 'pred' } },
)

const map = method(
  'map(mapper: A => B) => EventSource<B>',
  (ctx, self: EventSourceValue, mapper: FunctionValue) =>
    new EventSourceValue(new MapSet(self.set, mapper, ctx.at, traceOf(ctx)), self.watched),
)

export const eventSourceType = valueType({
  name: 'EventSource<Any>',
  typeName: 'EventSource',
  typeParams: ['A'],
  methods: [map, where],
})
