import { integer } from '#src/fql/eval/operators.ts'
import { Double, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { JsonDouble, type JsonNumber, JsonObject, type JsonValue } from '#src/lib/json.ts'

/** Arguments in the simple format (protocol §4.3): no tag has a meaning. Depth is bounded by the JSON parser. */
export function decodeSimple(json: JsonValue): Value {
  if (typeof json === 'string' || typeof json === 'boolean') return json
  if (json === null) return NULL
  if (json instanceof JsonObject) return decodeFields(json, decodeSimple)
  if (Array.isArray(json)) return json.map(decodeSimple)
  return decodeNumber(json as JsonNumber)
}

/** Int, or Long where it does not fit; Double when it was written as one. */
function decodeNumber(n: JsonNumber): Value {
  if (n instanceof JsonDouble) return new Double(n.value)
  return typeof n === 'number' ? integer(n) : n
}

/** A repeated key keeps its first place and takes its last value. */
export function decodeFields(json: JsonObject, decode: (v: JsonValue) => Value): ObjectValue {
  const fields = new Map<string, Value>()
  const { keys, values } = json
  for (let i = 0; i < keys.length; i++) fields.set(keys[i] as string, decode(values[i] as JsonValue))
  return new ObjectValue(fields)
}
