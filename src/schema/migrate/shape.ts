/** The shape of a collection while its migrations are undone, last to first (spec/schema.md §13.3). */
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import type { Expr, Name, TypeExpr } from '#src/fql/syntax/tree.ts'
import type { CollectionItem, MigrationStatement } from '../model/items.ts'
import type { FieldPath } from '../model/path.ts'

type Statement<K extends MigrationStatement['kind']> = MigrationStatement & { readonly kind: K }

/** What the migrations after this point made of a field. */
type FieldSource =
  /** Nothing: it is as declared. */
  | { readonly kind: 'schema'; readonly default: Expr | undefined }
  /** It was split into others. */
  | { readonly kind: 'split'; readonly statement: Statement<'split'> }
  /** A split makes it. */
  | { readonly kind: 'split-into'; readonly statement: Statement<'split'>; readonly target: FieldPath }
  | { readonly kind: 'drop'; readonly statement: Statement<'drop'> }
  /** It has a backfill, which an earlier `add` or `split` must use. */
  | { readonly kind: 'backfill'; readonly statement: Statement<'backfill'> }
  | { readonly kind: 'add'; readonly statement: Statement<'add'> }
  | { readonly kind: 'moved-into'; readonly statement: Statement<'move'> }

export interface ShapeField {
  readonly name: Name
  readonly value: ShapeValue
  readonly source: FieldSource
}

export type ShapeValue =
  | { readonly kind: 'plain'; readonly type: TypeExpr }
  /** A plain object, into which paths may reach. */
  | { readonly kind: 'record'; readonly fields: ShapeFields; readonly wildcard: boolean; readonly span: Span }

export type ShapeFields = Map<string, ShapeField>

interface ShapeWildcard {
  /** `removed`: there only after an `add_wildcard`. */
  readonly source: 'implicit' | 'schema' | 'moved' | 'removed'
  /** Of the declaration, or of the `add_wildcard` that was undone. */
  readonly span: Span
}

/** Changed in place while migrations are undone. */
export interface Shape {
  readonly fields: ShapeFields
  wildcard: ShapeWildcard | undefined
}

export const shapeOf = (collection: Pick<CollectionItem, 'fields'>): Shape => {
  const fields: ShapeFields = new Map()
  for (const field of collection.fields) {
    if (field.kind === 'defined')
      fields.set(field.name.text, shapeField(field.name, field.type, field.default))
  }
  const wildcard = collection.fields.find((f) => f.kind === 'wildcard')
  if (wildcard) return { fields, wildcard: { source: 'schema', span: wildcard.span } }
  return { fields, wildcard: fields.size === 0 ? { source: 'implicit', span: NO_SPAN } : undefined }
}

const shapeField = (name: Name, type: TypeExpr, value: Expr | undefined): ShapeField => ({
  name,
  value: shapeValue(type),
  source: { kind: 'schema', default: value },
})

const shapeValue = (type: TypeExpr): ShapeValue => {
  if (type.kind !== 'object' || type.interface) return { kind: 'plain', type }
  const fields = type.fields.map((f) => [f.key.text, shapeField(f.key, f.type, f.default)] as const)
  return { kind: 'record', fields: new Map(fields), wildcard: type.wildcard !== undefined, span: type.span }
}

export const ANY_TYPE: TypeExpr = { kind: 'any', span: NO_SPAN }
export const ANY_VALUE: ShapeValue = { kind: 'plain', type: ANY_TYPE }

/** Not there before a later `add`, `split` or `move`. */
export const isRemoved = (field: ShapeField): boolean =>
  field.source.kind === 'split-into' || field.source.kind === 'add' || field.source.kind === 'moved-into'

/** The type of the parts that are there. */
export const typeOf = ({ value }: ShapeField): TypeExpr => {
  if (value.kind === 'plain') return value.type
  const present = [...value.fields.values()].filter((f) => !isRemoved(f))
  return {
    kind: 'object',
    fields: present.map((f) => ({ key: f.name, type: typeOf(f), default: undefined })),
    wildcard: undefined,
    interface: false,
    span: value.span,
  }
}

/** `wildcard`: the path leads through an object that is open. */
export type Lookup = ShapeField | 'not found' | 'wildcard'

export const isField = (found: Lookup): found is ShapeField => typeof found === 'object'

const names = (path: FieldPath): string[] => path.elements.map((e) => String(e.key))

export const lookUp = (shape: Shape, path: FieldPath): Lookup => {
  const steps = names(path)
  const last = steps.pop() ?? ''
  let { fields } = shape
  for (const step of steps) {
    const parent = fields.get(step)
    if (parent?.value.kind !== 'record' || parent.source.kind !== 'schema') return 'not found'
    if (parent.value.wildcard) return 'wildcard'
    fields = parent.value.fields
  }
  return fields.get(last) ?? 'not found'
}

/** Sets the field. A parent of type Any holds everything as it is. */
export const put = (shape: Shape, path: FieldPath, field: ShapeField): void => {
  const steps = names(path)
  const last = steps.pop() ?? ''
  let { fields } = shape
  for (const step of steps) {
    const parent = fields.get(step)
    if (parent?.value.kind !== 'record') return
    fields = parent.value.fields
  }
  fields.set(last, field)
}

export const parentOf = (path: FieldPath): FieldPath | undefined =>
  path.elements.length > 1 ? { ...path, elements: path.elements.slice(0, -1) } : undefined

export const lastName = (path: FieldPath): Name => {
  const { key, span } = path.elements.at(-1)!
  return { text: String(key), span }
}

export const fieldNamesOf = names
