/** Where a type may carry default values: members of plain objects that have no default of their own (spec §1.4). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Expr, ObjectTypeField, TypeExpr } from '#src/fql/syntax/tree.ts'

type Report = (d: Diagnostic) => void

const hint = (message: string, span: Span): Diagnostic => ({ kind: 'hint', message, span })

const parentHasDefault = (value: Expr): Diagnostic =>
  hint('Parent has a conflicting default value', value.span)

/** Reports defaults in a type that may have none at all: results of functions, computed fields, wildcards. */
export const refuseDefaults = (type: TypeExpr, report: Report): void => refuse(type, undefined, report)

/** Reports misplaced defaults in the type of a field which itself has the default `value`. */
export const checkDefaults = (type: TypeExpr, value: Expr | undefined, report: Report): void =>
  check(type, value && parentHasDefault(value), report)

/** `reason` is why no default is allowed below; the first one found counts. */
const check = (type: TypeExpr, reason: Diagnostic | undefined, report: Report): void => {
  if (type.kind !== 'object' || type.interface) {
    refuse(type, reason ?? whyNot(type), report)
    return
  }
  for (const field of type.fields) {
    if (reason !== undefined) reportDefault(field, reason, report)
    check(field.type, reason ?? (field.default && parentHasDefault(field.default)), report)
  }
  if (type.wildcard !== undefined) refuseDefaults(type.wildcard, report)
}

const whyNot = (type: TypeExpr): Diagnostic => {
  const { source, end } = type.span
  if (type.kind === 'nullable') return hint('Parent is nullable', { source, start: end - 1, end })
  if (type.kind === 'union') return hint('Parent is a union', type.span)
  return hint('Parent is not an object', type.span)
}

const refuse = (type: TypeExpr, reason: Diagnostic | undefined, report: Report): void => {
  for (const part of partsOf(type)) refuse(part, reason, report)
  if (type.kind === 'object') for (const field of type.fields) reportDefault(field, reason, report)
}

const reportDefault = (field: ObjectTypeField, reason: Diagnostic | undefined, report: Report): void => {
  if (field.default === undefined) return
  report({
    kind: 'error',
    message: 'Default values are not allowed here',
    span: field.default.span,
    ...(reason && { related: [reason] }),
  })
}

const partsOf = (type: TypeExpr): readonly TypeExpr[] => {
  switch (type.kind) {
    case 'generic':
      return type.args
    case 'object':
      return [...type.fields.map((f) => f.type), ...(type.wildcard ? [type.wildcard] : [])]
    case 'tuple':
      return type.elements
    case 'function':
      return [...type.params.map((p) => p.type), ...(type.variadic ? [type.variadic.type] : []), type.result]
    case 'union':
    case 'intersection':
      return type.members
    case 'nullable':
      return [type.base]
    default:
      return []
  }
}
