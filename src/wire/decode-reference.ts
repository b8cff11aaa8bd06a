import { DocValue } from '#src/fql/values/document.ts'
import { type CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'
import { parseInteger } from '#src/fql/values/number-text.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { InvalidValue } from './invalid-value.ts'

/** What decoding asks of the schema. */
export interface Names {
  /** A module, collection (also of the system) or function by its name. */
  global(name: string): Value | undefined
  /** A document of a schema collection (Function, Role, …), and what to say if there is none. */
  named(document: DocValue, reason: string): void
}

/** The content of `@doc` or `@ref`: `{ coll, id }`, `{ coll, name }` or, of old, `"COLL:ID"`. Other fields are ignored. */
export function decodeReference(tag: string, content: Value, names: Names): DocValue {
  if (typeof content === 'string') return decodeOldReference(content, names)
  if (!(content instanceof ObjectValue)) throw new InvalidValue(`${tag} requires an object value`)
  const coll = content.fields.get('coll')
  if (coll === undefined) throw new InvalidValue(`${tag} field 'coll' is required`)
  if (!(coll instanceof ModuleValue) || !coll.collection)
    throw new InvalidValue(`${tag} field 'coll' requires a module value`)
  return coll.collection.named
    ? byName(coll.collection, requireText(tag, content, 'name'), names, 'schema object')
    : byId(coll.collection, requireText(tag, content, 'id'), `${tag} field 'id' must be an integer`)
}

function requireText(tag: string, content: ObjectValue, field: string): string {
  const text = content.fields.get(field)
  if (text === undefined) throw new InvalidValue(`${tag} field '${field}' is required`)
  if (typeof text !== 'string') throw new InvalidValue(`${tag} field '${field}' requires a string value`)
  return text
}

function byName({ module }: CollectionHandle, name: string, names: Names, what: string): DocValue {
  const document = new DocValue(module, name)
  names.named(document, `no such ${what} '${name}'`)
  return document
}

function byId({ module }: CollectionHandle, text: string, reason: string): DocValue {
  const id = parseInteger(text)
  if (id === undefined) throw new InvalidValue(reason)
  return new DocValue(module, id)
}

function decodeOldReference(text: string, names: Names): DocValue {
  const [name, key, more] = text.split(':', 3)
  if (name === undefined || key === undefined || more !== undefined)
    throw new InvalidValue('doc id must be in the format <coll>:<id>')
  const coll = names.global(name)
  if (!(coll instanceof ModuleValue) || !coll.collection)
    throw new InvalidValue(`no such collection '${name}'`)
  return coll.collection.named
    ? byName(coll.collection, key, names, 'schema definition document')
    : byId(coll.collection, key, `invalid document id '${key}'`)
}
