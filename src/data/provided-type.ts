import { DocValue } from '#src/fql/values/document.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'

/** The type of a value as constraint failures print it: `Int`, `{ x: Int }`, `[String, String]`. */
export function providedType(v: Value): string {
  if (isArray(v)) return `[${v.map(providedType).join(', ')}]`
  if (v instanceof ObjectValue) {
    if (v.fields.size === 0) return '{}'
    return `{ ${[...v.fields].map(([k, x]) => `${k}: ${providedType(x)}`).join(', ')} }`
  }
  return v instanceof DocValue ? v.collection.name : typeName(v)
}
