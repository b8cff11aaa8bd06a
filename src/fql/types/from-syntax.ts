/** Type expressions of trusted declarations (built-ins, stored signatures) as types: no checks, no places. */
import type { FunctionTypeParam, LiteralType, ObjectType, TypeExpr } from '#src/fql/syntax/tree.ts'
import {
  ANY,
  type FunctionParameter,
  functionType,
  interfaceType,
  intersection,
  literal,
  NEVER,
  NULL,
  named,
  parameter,
  record,
  type Type,
  tuple,
  union,
} from '#src/fql/types/type.ts'

/** How the names of a declaration are read. */
export interface NameReading {
  /** A name without arguments that is a generic parameter rather than a type. */
  readonly isParameter: (name: string) => boolean
  /** Another name for a type, as `Number` for `Int` in inputs. */
  readonly rename?: (name: string) => string
}

/** The type that the expression describes. */
export const typeFromSyntax = (expr: TypeExpr, reading: NameReading): Type => {
  const go = (part: TypeExpr): Type => {
    switch (part.kind) {
      case 'any':
        return ANY
      case 'never':
        return NEVER
      case 'literal':
        return literalFromSyntax(part)
      case 'named':
        return reading.isParameter(part.name) ? parameter(part.name) : named(rename(part.name))
      case 'generic':
        return named(rename(part.name.text), part.args.map(go))
      case 'object':
        return objectFromSyntax(part, go)
      case 'tuple':
        return tuple(part.elements.map(go))
      case 'function':
        return functionType(part.params.map(param), part.variadic && param(part.variadic), go(part.result))
      case 'union':
        return union(part.members.map(go))
      case 'intersection':
        return intersection(part.members.map(go))
      case 'nullable':
        return union([go(part.base), NULL])
    }
  }
  const param = (p: FunctionTypeParam): FunctionParameter => ({ name: p.name?.text, type: go(p.type) })
  const rename = (name: string): string => reading.rename?.(name) ?? name
  return go(expr)
}

const literalFromSyntax = (expr: LiteralType): Type => literal(expr.value)

const objectFromSyntax = (expr: ObjectType, go: (part: TypeExpr) => Type): Type => {
  if (expr.interface)
    return intersection(expr.fields.map((field) => interfaceType(field.key.text, go(field.type))))
  const fields = new Map(expr.fields.map((field) => [field.key.text, go(field.type)] as const))
  return record(fields, expr.wildcard && go(expr.wildcard))
}
