/** Fields of system collections: their types, and how a write is taken apart (spec/data.md §2.2). */
import { DocValue } from '#src/fql/values/document.ts'
import { isNull, ObjectValue, type Value } from '#src/fql/values/value.ts'
import type { Failure, NativeDefinition, NativeField } from './native-collection.ts'
import { providedType } from './provided-type.ts'

type Options = Pick<NativeField, 'required' | 'readonly'>

const make =
  (type: string, accepts: (v: Value) => boolean) =>
  (name: string, options: Options = {}): NativeField => ({
    name,
    type: options.required ? type : `${type} | Null`,
    accepts,
    ...options,
  })

export const text = make('String', (v) => typeof v === 'string')
export const flag = make('Boolean', (v) => typeof v === 'boolean')
export const long = make('Long', (v) => typeof v === 'number' || typeof v === 'bigint')
export const object = make('{ *: Any }', (v) => v instanceof ObjectValue)
export const reference = make('{ *: Any }', (v) => v instanceof DocValue)
export const anything = make('Any', () => true)

/** Failures of the merged fields against the declaration. `given`: what the write itself named. */
export function checkNativeFields(
  native: NativeDefinition,
  merged: ReadonlyMap<string, Value>,
  given: ReadonlyMap<string, Value>,
): Failure[] {
  const failures: Failure[] = []
  const fields = new Map(native.fields.map((f) => [f.name, f]))
  for (const [name, value] of given) {
    const field = fields.get(name)
    if (!field) failures.push({ path: [name], message: 'Unexpected field provided' })
    else if (field.readonly && !isNull(value))
      failures.push({ path: [name], message: 'Failed to update field because it is readonly' })
  }
  for (const field of native.fields) {
    const value = merged.get(field.name)
    if (value === undefined || isNull(value)) {
      if (field.required)
        failures.push({ path: [field.name], message: `Missing required field of type ${field.type}` })
    } else if (!field.readonly && !field.accepts(value))
      failures.push({
        path: [field.name],
        message: `Expected ${field.type}, provided ${providedType(value)}`,
      })
  }
  return failures
}
