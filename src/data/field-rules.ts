import type { Value } from '#src/fql/values/value.ts'
import type { FieldRules } from './collection.ts'

/** The rules of a collection's declared fields; undefined when it declares none and takes anything. */
export function fieldRulesOf(_collection: string, _fields: ReadonlyMap<string, Value>): FieldRules | undefined {
  return undefined
}
