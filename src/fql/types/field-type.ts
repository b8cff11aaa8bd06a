/** Stored fields as read and as given to create and update, from their declarations (spec/language.md §3.3). */
import type { ObjectTypeField, TypeExpr } from '#src/fql/syntax/tree.ts'
import type { FieldDefinition } from '#src/fql/types/collection.ts'
import { typeFromSyntax } from '#src/fql/types/from-syntax.ts'
import { optional, record, type Type } from '#src/fql/types/type.ts'

const NUMERIC = new Set(['Int', 'Long', 'Double', 'Float'])
const asRead = { isParameter: () => false }
/** Inputs take any number where a kind of number is declared; it is converted when written. */
const asInput = { isParameter: () => false, rename: (name: string) => (NUMERIC.has(name) ? 'Number' : name) }

/** A type as inputs take it: any number where a kind of number is declared. */
export const inputType = (type: TypeExpr): Type => typeFromSyntax(type, asInput)

/** `hasDefault` makes the field optional on create; `placed` keeps the places of what is read. */
export const fieldDefinition = (type: TypeExpr, hasDefault: boolean, placed: boolean): FieldDefinition => ({
  read: typeFromSyntax(type, { ...asRead, placed }),
  create: createInput(type, hasDefault),
  update: optional(updateInput(type)),
})

const isPlainObject = (type: TypeExpr): type is TypeExpr & { kind: 'object' } =>
  type.kind === 'object' && !type.interface

/** Nested fields with defaults may be left out; an object in which all have defaults too. */
const createInput = (type: TypeExpr, hasDefault: boolean): Type => {
  if (!isPlainObject(type)) {
    const input = inputType(type)
    return hasDefault ? optional(input) : input
  }
  const input = inputRecord(type, (field) => createInput(field.type, field.default !== undefined))
  const allDefaulted = type.fields.every((field) => field.default !== undefined)
  return hasDefault || allDefaulted ? optional(input) : input
}

const updateInput = (type: TypeExpr): Type =>
  isPlainObject(type) ? inputRecord(type, (field) => optional(updateInput(field.type))) : inputType(type)

const inputRecord = (type: TypeExpr & { kind: 'object' }, input: (field: ObjectTypeField) => Type): Type => {
  const fields = new Map(type.fields.map((field) => [field.key.text, input(field)] as const))
  return record(fields, type.wildcard && typeFromSyntax(type.wildcard, asInput))
}
