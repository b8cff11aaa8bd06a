import { BUILT_INS } from '#src/fql/stdlib/globals.ts'
import { UserFunctionValue } from '#src/fql/values/function.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { parseInt32, parseInteger } from '#src/fql/values/number-text.ts'
import { NULL, type ObjectValue, type Value } from '#src/fql/values/value.ts'
import { JsonObject, type JsonValue } from '#src/lib/json.ts'
import { decodeReference, type Names } from './decode-reference.ts'
import { readBytes, readDate, readDouble, readTime } from './decode-scalar.ts'
import { decodeFields } from './decode-simple.ts'
import { InvalidValue } from './invalid-value.ts'

export { decodeSimple } from './decode-simple.ts'
export { InvalidValue } from './invalid-value.ts'

/** A collection (also of the system) or function of the schema by its name. */
export type Resolver = (name: string) => Value | undefined

/**
 * Template values, and arguments when the format is not simple (protocol §4.4). Throws `InvalidValue`.
 * `named` is told of documents of schema collections (Function, Role, …), which must exist: the caller looks them up.
 */
export const decodeTagged = (json: JsonValue, resolve: Resolver, named: Names['named']): Value =>
  decode(json, { global: (name) => BUILT_INS.get(name) ?? resolve(name), named })

function decode(json: JsonValue, names: Names): Value {
  if (typeof json === 'string' || typeof json === 'boolean') return json
  if (json === null) return NULL
  if (json instanceof JsonObject) return decodeObject(json, names)
  if (Array.isArray(json)) return json.map((v) => decode(v, names))
  throw new InvalidValue('numbers must be tagged')
}

function decodeObject(json: JsonObject, names: Names): Value {
  if (!json.keys.some((k) => k.startsWith('@'))) return fieldsOf(json, names)
  if (new Set(json.keys).size > 1) throw new InvalidValue('too many keys in tagged value')
  return decodeTag(json.keys[0] as string, json.values.at(-1) as JsonValue, names)
}

const fieldsOf = (json: JsonObject, names: Names): ObjectValue => decodeFields(json, (v) => decode(v, names))

/** How the text of each scalar tag is read; undefined: it cannot be. And what is said then. */
const SCALARS: ReadonlyMap<string, readonly [read: (text: string) => Value | undefined, reason: string]> =
  new Map([
    ['@int', [parseInt32, 'invalid integer']],
    ['@long', [parseInteger, 'invalid long']],
    ['@double', [readDouble, 'invalid double']],
    ['@time', [readTime, 'invalid time']],
    ['@date', [readDate, 'invalid date']],
    ['@bytes', [readBytes, 'invalid bytes']],
  ])

function decodeTag(tag: string, content: JsonValue, names: Names): Value {
  const scalar = SCALARS.get(tag)
  if (scalar) return decodeScalar(tag, content, ...scalar)
  switch (tag) {
    case '@object':
      if (content instanceof JsonObject) return fieldsOf(content, names)
      throw new InvalidValue('@object requires an object value')
    case '@mod':
      return decodeModule(requireText(tag, content), names)
    case '@doc':
    case '@ref':
      return decodeReference(tag, decode(content, names), names)
    default:
      throw new InvalidValue(`invalid tag '${tag}'`)
  }
}

function requireText(tag: string, content: JsonValue): string {
  if (typeof content === 'string') return content
  throw new InvalidValue(`${tag} requires a string value`)
}

function decodeScalar(
  tag: string,
  content: JsonValue,
  read: (text: string) => Value | undefined,
  reason: string,
): Value {
  const value = read(requireText(tag, content))
  if (value === undefined) throw new InvalidValue(reason)
  return value
}

function decodeModule(name: string, names: Names): Value {
  const found = names.global(name)
  if (!(found instanceof ModuleValue || found instanceof UserFunctionValue))
    throw new InvalidValue(`no such module '${name}'`)
  return found
}
