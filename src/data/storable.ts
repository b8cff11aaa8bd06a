/** Which values can be stored, and how nulls are treated on the way (spec/data.md §1.4, §1.5). */
import * as fail from '#src/fql/errors/catalogue.ts'
import { DefinitionValue, type DocValue } from '#src/fql/values/document.ts'
import { LambdaValue } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, isNull, kindOf, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { Collection, type Path } from './collection.ts'

/** `create` drops null fields at every depth and keeps null elements; `update` drops those too. */
export type NullElements = 'keep' | 'drop'

/** The fields of an object as they are stored, without nulls. Fails for what cannot be stored. */
export function storableFields(
  fields: ReadonlyMap<string, Value>,
  elements: NullElements,
  path: Path = [],
): Map<string, Value> {
  const out = new Map<string, Value>()
  for (const [key, v] of fields) if (!isNull(v)) out.set(key, storable(v, elements, [...path, key]))
  return out
}

export function storable(v: Value, elements: NullElements, path: Path): Value {
  if (isArray(v)) {
    const kept = elements === 'drop' ? v.filter((e) => !isNull(e)) : v
    return kept.map((e, i) => storable(e, elements, [...path, i]))
  }
  if (v instanceof ObjectValue) return new ObjectValue(storableFields(v.fields, elements, path))
  if (v instanceof LambdaValue)
    throw fail.invalidType('Anonymous functions cannot be stored. Use a string of FQL instead.')
  if (isStorableScalar(v)) return v
  throw fail.invalidType(`Value at \`${pathText(path)}\` has type ${typeName(v)}, which cannot be persisted.`)
}

function isStorableScalar(v: Value): boolean {
  switch (kindOf(v)) {
    case 'id':
    case 'set':
    case 'cursor':
    case 'event-source':
    case 'module':
    case 'lambda':
    case 'native-function':
    case 'user-function':
      return false
    case 'doc':
      return isStorableReference(v as DocValue)
    default:
      return true
  }
}

/** References to documents found by id; the deleted collection has none of its own. */
function isStorableReference(doc: DocValue): boolean {
  if (doc instanceof DefinitionValue) return true
  const { collection } = doc.collection
  return collection instanceof Collection && !collection.named && typeof doc.key === 'bigint'
}

/** `a.b[0]` */
export const pathText = (path: Path): string =>
  path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('')

/** Merges a patch: objects field by field, null removes, anything else replaces (spec/data.md §2.1). */
export function patch(
  stored: ReadonlyMap<string, Value>,
  given: ReadonlyMap<string, Value>,
  path: Path = [],
): Map<string, Value> {
  const out = new Map(stored)
  for (const [key, v] of given) {
    const before = out.get(key)
    if (isNull(v)) out.delete(key)
    else if (v instanceof ObjectValue)
      out.set(
        key,
        new ObjectValue(
          patch(before instanceof ObjectValue ? before.fields : new Map(), v.fields, [...path, key]),
        ),
      )
    else out.set(key, storable(v, 'drop', [...path, key]))
  }
  return out
}
