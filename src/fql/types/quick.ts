/**
 * The usual case of `simplify`: a value type without functions, so that every variable stands for its lower bounds
 * alone. Anything else gives undefined and takes the long way.
 */
import { literalFits, literalKey } from '#src/fql/types/literals.ts'
import {
  BOOLEAN,
  isNull,
  type LiteralType,
  named,
  record,
  type Type,
  tuple,
  union,
} from '#src/fql/types/type.ts'

/** Nested bounds and parts; deeper types take the long way. */
const MAX_DEPTH = 24

export const quickValue = (type: Type, depth = 0): Type | undefined => {
  if (depth > MAX_DEPTH) return undefined
  switch (type.kind) {
    case 'literal':
    case 'never':
      return type
    case 'any':
      return type.poison ? undefined : type
    case 'named':
      return type.args.length === 0 ? type : quickNamed(type, depth)
    case 'tuple':
      return quickAll(type.elements, depth, tuple)
    case 'record':
      return quickRecord(type, depth)
    case 'variable':
      return scalarUnion(type.lowers, depth)
    case 'union':
      return scalarUnion(type.members, depth)
    default:
      return undefined
  }
}

const quickNamed = (type: Type & { kind: 'named' }, depth: number): Type | undefined =>
  quickAll(type.args, depth, (args) => named(type.name, args, type.span))

const quickAll = (
  parts: readonly Type[],
  depth: number,
  build: (parts: readonly Type[]) => Type,
): Type | undefined => {
  const results: Type[] = []
  for (const part of parts) {
    const result = quickValue(part, depth + 1)
    if (!result) return undefined
    results.push(result)
  }
  return build(results)
}

const quickRecord = (type: Type & { kind: 'record' }, depth: number): Type | undefined => {
  const fields = new Map<string, Type>()
  for (const [key, field] of type.fields) {
    const result = quickValue(field, depth + 1)
    if (!result) return undefined
    fields.set(key, result)
  }
  const wildcard = type.wildcard && quickValue(type.wildcard, depth + 1)
  return type.wildcard && !wildcard ? undefined : record(fields, wildcard, type.span)
}

/** One alternative, or several that are all scalars and literals. */
const scalarUnion = (types: readonly Type[], depth: number): Type | undefined => {
  if (types.length === 1) return quickValue(types[0]!, depth + 1)
  if (types.length === 0) return undefined
  const literals = new Map<string, LiteralType>()
  const names = new Map<string, Type>()
  if (!collectScalars(types, literals, names, depth)) return undefined
  if (literals.has('ltrue') && literals.has('lfalse')) names.set('Boolean', BOOLEAN)
  const kept = [...literals.values()].filter(
    ({ value }) => ![...names.keys()].some((name) => literalFits(value, name)),
  )
  const others = [...names.values()]
  return union([...kept, ...others.filter((name) => !isNull(name)), ...others.filter(isNull)])
}

const collectScalars = (
  types: readonly Type[],
  literals: Map<string, LiteralType>,
  names: Map<string, Type>,
  depth: number,
): boolean => {
  if (depth > MAX_DEPTH) return false
  for (const type of types) {
    if (type.kind === 'literal') literals.set(literalKey(type.value), type)
    else if (type.kind === 'named' && type.args.length === 0) names.set(type.name, type)
    else if (type.kind === 'union') {
      if (!collectScalars(type.members, literals, names, depth + 1)) return false
    } else if (type.kind === 'variable' && type.lowers.length > 0) {
      if (!collectScalars(type.lowers, literals, names, depth + 1)) return false
    } else return false
  }
  return true
}
