import { JsonDouble, JsonObject, type JsonValue } from '#src/lib/json.ts'

/** What messages call a JSON value (protocol §3.2). */
export function jsonKind(value: JsonValue): string {
  if (value === null) return 'Null'
  if (value instanceof JsonObject) return 'Object Start'
  if (Array.isArray(value)) return 'Array Start'
  if (value instanceof JsonDouble) return 'Double'
  return scalarKinds[typeof value] ?? 'Integer'
}

const scalarKinds: Readonly<Record<string, string>> = { string: 'String', boolean: 'Boolean' }
