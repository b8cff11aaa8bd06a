import { DocValue } from '#src/fql/values/document.ts'
import { isFunction } from '#src/fql/values/function.ts'
import type { ModuleValue } from '#src/fql/values/module.ts'
import { type Kind, kindOf, type Value } from '#src/fql/values/value.ts'

const is =
  (...kinds: readonly Kind[]) =>
  (v: Value): boolean =>
    kinds.includes(kindOf(v))

/** Modules that stand for kinds of values (spec/language.md §2.1). */
const INSTANCES: ReadonlyMap<string, (v: Value) => boolean> = new Map([
  ['Number', is('int', 'long', 'double')],
  ['Int', is('int')],
  ['Long', is('long')],
  ['Double', is('double')],
  ['Float', is('double')],
  ['Bytes', is('bytes')],
  ['String', is('string')],
  ['Array', is('array')],
  ['Object', is('object', 'doc', 'module')],
  ['Struct', is('object')],
  ['ID', is('id')],
  ['Doc', is('doc')],
  ['Time', is('time')],
  ['TransactionTime', is('transaction-time')],
  ['Date', is('date')],
  ['UUID', is('uuid')],
  ['Boolean', is('boolean')],
  ['Set', is('set')],
  ['SetCursor', is('cursor')],
  ['EventSource', is('event-source')],
  ['Null', is('null')],
])

/** `v isa M`. Documents are not read: a missing one belongs to its collection too. */
export function isInstance(v: Value, module: ModuleValue): boolean {
  const { collection } = module
  if (collection) {
    if (v instanceof DocValue) return v.collection.collection?.id === collection.id
    return isFunction(v) && !collection.user && collection.name === 'Function'
  }
  const test = INSTANCES.get(module.name)
  return test ? test(v) : v === module
}
