import type { Eventual } from '#src/lib/eventual.ts'
import type { Context } from '#src/fql/eval/context.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { FieldRules } from './collection.ts'
import type { Operation } from './failures.ts'

/** The fields with the defaults of those that were not given (spec/schema.md §7.4). */
export function withDefaults(
  _ctx: Context,
  _operation: Operation,
  _rules: FieldRules,
  fields: ReadonlyMap<string, Value>,
): Eventual<ReadonlyMap<string, Value>> {
  return fields
}
