/** Which values can be stored, and how nulls are treated on the way (spec/data.md §1.4, §1.5). */
import * as fail from '#src/fql/errors/catalogue.ts'
import { DefinitionValue, type DocValue } from '#src/fql/values/document.ts'
import { LambdaValue } from '#src/fql/values/function.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { isArray, isNull, kindOf, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { Collection, type Path } from './collection.ts'
import { StoredExtent } from './sizes.ts'

/** `create` drops null fields at every depth and keeps null elements; `update` drops those too. */
export type NullElements = 'keep' | 'drop'

/** Where a value is: the path to it, last step first. */
interface Trail {
  readonly step: string | number
  readonly above: Trail | undefined
}

/** The fields of an object as they are stored, without nulls. Fails for what cannot be stored. */
export function storableFields(
  fields: ReadonlyMap<string, Value>,
  elements: NullElements,
  above?: Trail,
  extent = new StoredExtent(),
): Map<string, Value> {
  const out = new Map<string, Value>()
  for (const [step, v] of fields)
    if (!isNull(v)) out.set(step, storable(v, elements, { step, above }, extent))
  return out
}

/** A value as it is stored: the same one when nothing has to go. */
export function storable(
  v: Value,
  elements: NullElements,
  trail: Trail | undefined,
  extent = new StoredExtent(),
): Value {
  extent.add(v)
  if (isArray(v)) return storableElements(v, elements, trail, extent)
  if (v instanceof ObjectValue) {
    const fields = storableFields(v.fields, elements, trail, extent)
    for (const [key, value] of v.fields) if (fields.get(key) !== value) return new ObjectValue(fields)
    return v
  }
  if (v instanceof LambdaValue)
    throw fail.invalidType('Anonymous functions cannot be stored. Use a string of FQL instead.')
  if (isStorableScalar(v)) return v
  throw fail.invalidType(
    `Value at \`${pathText(pathOf(trail))}\` has type ${typeName(v)}, which cannot be persisted.`,
  )
}

function storableElements(
  list: readonly Value[],
  elements: NullElements,
  above: Trail | undefined,
  extent: StoredExtent,
): readonly Value[] {
  let out: Value[] | undefined
  list.forEach((e, step) => {
    const dropped = elements === 'drop' && isNull(e)
    const stored = dropped ? undefined : storable(e, elements, { step, above }, extent)
    if (stored !== e) out ??= list.slice(0, step)
    if (stored !== undefined) out?.push(stored)
  })
  return out ?? list
}

function pathOf(trail: Trail | undefined): Path {
  const path: (string | number)[] = []
  for (let at = trail; at; at = at.above) path.push(at.step)
  return path.reverse()
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
  above?: Trail,
  extent = new StoredExtent(),
): Map<string, Value> {
  const out = new Map(stored)
  for (const [step, v] of given) {
    const before = out.get(step)
    const trail = { step, above }
    if (isNull(v)) out.delete(step)
    else if (v instanceof ObjectValue) {
      extent.add(v)
      const fields = before instanceof ObjectValue ? before.fields : NO_FIELDS
      out.set(step, new ObjectValue(patch(fields, v.fields, trail, extent)))
    } else out.set(step, storable(v, 'drop', trail, extent))
  }
  return out
}

const NO_FIELDS: ReadonlyMap<string, Value> = new Map()
