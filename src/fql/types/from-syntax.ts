/** Type expressions of trusted declarations (built-ins, stored signatures) as types: no checks, and places on demand. */
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import type { FunctionTypeParam, ObjectType, TypeExpr } from '#src/fql/syntax/tree.ts'
import {
  any,
  type FunctionParameter,
  functionType,
  interfaceType,
  intersection,
  literal,
  NULL,
  named,
  never,
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
  /** The types keep the places of their expressions, for hints. */
  readonly placed?: boolean
}

/** The type that the expression describes. */
export const typeFromSyntax = (expr: TypeExpr, reading: NameReading): Type => {
  const at = (part: TypeExpr): Span => (reading.placed ? part.span : NO_SPAN)
  const go = (part: TypeExpr): Type => {
    switch (part.kind) {
      case 'any':
        return any(at(part))
      case 'never':
        return never(at(part))
      case 'literal':
        return literal(part.value, at(part))
      case 'named':
        return reading.isParameter(part.name) ? parameter(part.name) : named(rename(part.name), [], at(part))
      case 'generic':
        return named(rename(part.name.text), part.args.map(go), at(part))
      case 'object':
        return objectFromSyntax(part, go, at(part))
      case 'tuple':
        return tuple(part.elements.map(go), at(part))
      case 'function':
        return functionType(part.params.map(param), part.variadic && param(part.variadic), go(part.result))
      case 'union':
        return union(part.members.map(go), at(part))
      case 'intersection':
        return intersection(part.members.map(go), at(part))
      case 'nullable':
        return union([go(part.base), NULL], at(part))
    }
  }
  const param = (p: FunctionTypeParam): FunctionParameter => ({ name: p.name?.text, type: go(p.type) })
  const rename = (name: string): string => reading.rename?.(name) ?? name
  return go(expr)
}

const objectFromSyntax = (expr: ObjectType, go: (part: TypeExpr) => Type, span: Span): Type => {
  if (expr.interface)
    return intersection(
      expr.fields.map((field) => interfaceType(field.key.text, go(field.type), span)),
      span,
    )
  const fields = new Map(expr.fields.map((field) => [field.key.text, go(field.type)] as const))
  return record(fields, expr.wildcard && go(expr.wildcard), span)
}
