/** Types of template values and arguments (spec/language.md §3.1). */

import type { Type } from '#src/fql/types/type.ts'
import { ANY, named } from '#src/fql/types/type.ts'
import * as types from '#src/fql/types/value-type.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ModuleValue } from '#src/fql/values/module.ts'
import { SetValue } from '#src/fql/values/set.ts'
import { typeName } from '#src/fql/values/type-name.ts'
import { Double, isArray, isNull, ObjectValue, type Value } from '#src/fql/values/value.ts'

export function typeOfValue(v: Value): Type {
  switch (typeof v) {
    case 'number':
    case 'bigint':
      return types.numberType(BigInt(v))
    case 'string':
      return types.stringType(v)
    case 'boolean':
      return types.booleanType()
  }
  if (v instanceof Double) return types.numberType(v.value)
  if (isNull(v)) return types.nullType()
  if (isArray(v)) return types.arrayType(v.map(typeOfValue))
  if (v instanceof ObjectValue)
    return types.objectType(new Map([...v.fields].map(([k, x]) => [k, typeOfValue(x)])))
  if (v instanceof DocValue) return types.documentType(documentTypeName(v))
  if (v instanceof SetValue) return types.setType()
  if (v instanceof ModuleValue) return types.scalarType(v.type.typeName)
  if (v.kind === 'user-function' || v.kind === 'event-source')
    return v.kind === 'event-source' ? named('EventSource', [ANY]) : ANY
  return types.scalarType(typeName(v))
}

const DEFINITIONS: ReadonlySet<string> = new Set(['Collection', 'Function', 'Database'])

const documentTypeName = (doc: DocValue): string => {
  const { name } = doc.collection
  return doc.collection.collection?.user === false && DEFINITIONS.has(name) ? `${name}Def` : name
}
