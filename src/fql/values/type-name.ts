import type { ModuleValue } from './module.ts'
import { type Kind, kindOf, type Value } from './value.ts'

const NAMES: Readonly<Record<Exclude<Kind, 'module'>, string>> = {
  int: 'Int',
  long: 'Long',
  double: 'Double',
  string: 'String',
  boolean: 'Boolean',
  array: 'Array<Any>',
  null: 'Null',
  bytes: 'Bytes',
  object: '{ *: Any }',
  id: 'ID',
  time: 'Time',
  'transaction-time': 'TransactionTime',
  date: 'Date',
  uuid: 'UUID',
  doc: 'Doc',
  set: 'Set<Any>',
  cursor: 'SetCursor',
  lambda: 'Lambda',
  'native-function': 'Function',
  'user-function': 'Function',
  'event-source': 'EventSource<Any>',
}

/** The name of a value's kind in error texts (spec/language.md §2.1). */
export function typeName(v: Value): string {
  const kind = kindOf(v)
  return kind === 'module' ? (v as ModuleValue).name : NAMES[kind]
}
