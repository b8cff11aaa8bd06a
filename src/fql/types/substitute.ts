/** Rebuilding types: replacing leaves, dropping places. */
import {
  accessUse,
  applyUse,
  type FunctionParameter,
  functionType,
  interfaceType,
  intersection,
  minusNull,
  named,
  nullGuard,
  projectUse,
  record,
  type Type,
  tuple,
  union,
} from '#src/fql/types/type.ts'

/**
 * The type with every open leaf (variable, parameter, rigid parameter) replaced by what `leaf` gives. Closed parts
 * are shared, not copied.
 */
export const mapLeaves = (type: Type, leaf: (leaf: Type) => Type): Type => {
  const go = (part: Type): Type => (part.open ? rebuild(part) : part)
  const param = (p: FunctionParameter): FunctionParameter => ({ name: p.name, type: go(p.type) })
  const rebuild = (part: Type): Type => {
    switch (part.kind) {
      case 'variable':
      case 'parameter':
      case 'rigid':
        return leaf(part)
      case 'named':
        return named(part.name, part.args.map(go), part.span)
      case 'tuple':
        return tuple(part.elements.map(go), part.span)
      case 'record':
        return record(mapValues(part.fields, go), part.wildcard && go(part.wildcard), part.span)
      case 'interface':
        return interfaceType(part.name, go(part.type), part.span, part.dot)
      case 'function':
        return functionType(
          part.params.map(param),
          part.variadic && param(part.variadic),
          go(part.result),
          part.span,
        )
      case 'union':
        return union(flatUnion(part.members.map(go)), part.span)
      case 'intersection':
        return intersection(part.members.map(go), part.span)
      case 'minus':
        return minusNull(go(part.base), part.span)
      case 'guard':
        return nullGuard(go(part.use))
      case 'apply':
        return applyUse(part.args.map(go), go(part.result), part.span)
      case 'access':
        return accessUse(part.args.map(go), go(part.result), part.span)
      case 'project':
        return projectUse(go(part.lambda), go(part.result), part.span)
      default:
        return part
    }
  }
  return go(type)
}

/** Members of members, each once. */
const flatUnion = (members: readonly Type[]): readonly Type[] =>
  members.some((member) => member.kind === 'union')
    ? [...new Set(members.flatMap((member) => (member.kind === 'union' ? member.members : [member])))]
    : members.length < 32
      ? [...new Set(members)]
      : members

const mapValues = <A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> => {
  const result = new Map<string, B>()
  for (const [key, value] of map) result.set(key, change(value))
  return result
}

/** Calls `visit` for every direct part of the type; bounds of variables are not parts. */
export const forEachPart = (type: Type, visit: (part: Type) => void): void => {
  switch (type.kind) {
    case 'named':
      type.args.forEach(visit)
      break
    case 'tuple':
      type.elements.forEach(visit)
      break
    case 'record':
      type.fields.forEach(visit)
      if (type.wildcard) visit(type.wildcard)
      break
    case 'interface':
      visit(type.type)
      break
    case 'function':
      for (const param of type.params) visit(param.type)
      if (type.variadic) visit(type.variadic.type)
      visit(type.result)
      break
    case 'union':
    case 'intersection':
      type.members.forEach(visit)
      break
    case 'minus':
      visit(type.base)
      break
    case 'guard':
      visit(type.use)
      break
    case 'apply':
    case 'access':
      type.args.forEach(visit)
      visit(type.result)
      break
    case 'project':
      visit(type.lambda)
      visit(type.result)
      break
    case 'recursive':
      visit(type.body)
      break
    default:
      break
  }
}
