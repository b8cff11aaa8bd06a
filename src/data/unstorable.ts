import { QueryFailure } from '#src/fql/errors/failure.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { storable } from './storable.ts'

/** Why a value that an expression of the schema gave cannot be stored; undefined: it can. */
export function unstorable(value: Value): string | undefined {
  const inside = firstUnstorable(value)
  return inside === undefined ? undefined : `Value has type ${typeName(inside)}, which cannot be persisted`
}

function firstUnstorable(value: Value): Value | undefined {
  if (isArray(value)) return firstOf(value)
  if (value instanceof ObjectValue) return firstOf([...value.fields.values()])
  try {
    storable(value, 'keep', undefined)
    return undefined
  } catch (error) {
    if (error instanceof QueryFailure) return value
    throw error
  }
}

function firstOf(values: readonly Value[]): Value | undefined {
  for (const v of values) {
    const found = firstUnstorable(v)
    if (found !== undefined) return found
  }
  return undefined
}
