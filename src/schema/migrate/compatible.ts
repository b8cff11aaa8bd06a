/** Whether the shape before all new migrations is the live one, and if not, why (spec/schema.md §13.5). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { CollectionItem } from '../model/items.ts'
import { type TypeComparison, typeText } from './compare.ts'
import { isRemoved, type Shape, type ShapeField, type ShapeFields, typeOf } from './shape.ts'
import { after, before, beforeLast, hint, suggestStatements } from './suggest.ts'

export const isCompatible = (shape: Shape, live: Shape, types: TypeComparison): boolean => {
  const names = new Set([...shape.fields.keys(), ...live.fields.keys()])
  return [...names].every((name) => fieldFits(shape, live, name, types)) && wildcardFits(shape, live)
}

const fieldFits = (shape: Shape, live: Shape, name: string, types: TypeComparison): boolean => {
  const [field, old] = [shape.fields.get(name), live.fields.get(name)]
  if (field === undefined) return false
  if (old === undefined) return isNew(field, shape)
  return field.source.kind !== 'backfill' && !isRemoved(field) && types.covers(typeOf(field), typeOf(old))
}

/** A field that the live shape does not have must be made by a migration, itself or in all its members. */
const isNew = (field: ShapeField, shape: Shape): boolean =>
  isRemoved(field) || (field.source.kind === 'schema' && shape.wildcard === undefined && isAdded(field))

const isAdded = (field: ShapeField): boolean => {
  if (field.source.kind === 'add') return true
  if (field.source.kind !== 'schema' || field.value.kind !== 'record') return false
  return !field.value.wildcard && [...field.value.fields.values()].every(isAdded)
}

/** The only wildcard is `*: Any`. */
const wildcardFits = ({ wildcard }: Shape, live: Shape): boolean => {
  if (wildcard === undefined) return live.wildcard === undefined
  return live.wildcard !== undefined || wildcard.source === 'removed'
}

/** The errors of a shape that is not compatible. Places are in the submitted collection. */
export const explain = (
  shape: Shape,
  live: Shape,
  collection: CollectionItem,
  types: TypeComparison,
): Diagnostic[] => {
  const errors = [
    ...[...live.fields.values()].flatMap((old) => explainOld(old, shape.fields, collection, types)),
    ...[...shape.fields.values()].flatMap((field) =>
      live.fields.has(field.name.text) ? [] : explainNew(field, collection, types),
    ),
    ...explainWildcard(shape, live, collection),
  ]
  if (errors.length > 0) return errors
  return [error('Submitted schema is not compatible with the live schema', collection.span)]
}

const error = (message: string, span: Span, related: readonly Diagnostic[] = []): Diagnostic => ({
  kind: 'error',
  message,
  span,
  ...(related.length > 0 && { related }),
})

/** A live field must still be there, as wide as before. */
const explainOld = (
  old: ShapeField,
  fields: ShapeFields,
  collection: CollectionItem,
  types: TypeComparison,
): Diagnostic[] => {
  const name = old.name.text
  const field = fields.get(name)
  const alreadyLive = `Field \`.${name}\` is in the live schema, so it cannot be added or backfilled`
  if (field === undefined) return [missing(name, collection)]
  if (isRemoved(field)) return [error(alreadyLive, field.name.span)]
  if (field.source.kind === 'backfill') return [error(alreadyLive, field.source.statement.span)]
  if (types.fits(typeOf(old), typeOf(field))) return []
  return [narrowed(old, field, types)]
}

const missing = (name: string, collection: CollectionItem): Diagnostic =>
  error(`Field \`.${name}\` is missing from the submitted schema`, collection.span, [
    suggestStatements(
      collection,
      beforeLast(collection.span),
      'Drop the field and its data with a `drop` migration',
      [`drop .${name}`],
    ),
  ])

const narrowed = (old: ShapeField, field: ShapeField, types: TypeComparison): Diagnostic => {
  const name = old.name.text
  const [type, oldType] = [typeOf(field), typeOf(old)]
  const rest = types.remainder(oldType, type)
  const split = `tmp: ${rest}\n  migrations {\n    split .${name} -> .${name}, .tmp\n  }\n`
  const message = `Field \`.${name}\` of type \`${typeText(type)}\` does not match the live type \`${typeText(oldType)}\``
  return error(message, type.span, [
    hint('Add a migration to split the invalid types into another field', before(field.name.span), split),
  ])
}

/** A field that the live shape does not have. */
const explainNew = (field: ShapeField, collection: CollectionItem, types: TypeComparison): Diagnostic[] => {
  const name = field.name.text
  if (field.source.kind === 'drop') {
    return [error(`Field \`.${name}\` was dropped but it doesn't exist in the live schema`, field.name.span)]
  }
  if (field.source.kind !== 'schema') return []
  if (field.source.default === undefined && !types.isNullable(typeOf(field))) return [notFilled(field)]
  return [
    error(`Field \`.${name}\` is not present in the live schema`, field.name.span, [
      suggestStatements(
        collection,
        beforeLast(collection.span),
        'Provide an `add` migration for this field',
        [`add .${name}`],
      ),
    ]),
  ]
}

/** When exactly one member of an object lacks its `add`, the error is about that. */
const notFilled = (top: ShapeField): Diagnostic => {
  const lacking = lackingAdd(top, '')
  const [path, field] = lacking.length === 1 ? lacking[0]! : ([`.${top.name.text}`, top] as const)
  const { text, span } = field.name
  const type = typeOf(field).span
  const block = `migrations {\n    add .${text}\n    backfill .${text} = <expr>\n  }\n`
  return error(`Field \`${path}\` is not present in the live schema`, span, [
    hint('Provide an `add` migration for this field', before(span), block),
    hint('Add a default value to this field', after(type), ' = <expr>'),
    hint('Make the field nullable', after(type), '?'),
  ])
}

const lackingAdd = (field: ShapeField, prefix: string): (readonly [string, ShapeField])[] => {
  const path = `${prefix}.${field.name.text}`
  if (field.source.kind === 'add') return []
  if (field.source.kind !== 'schema' || field.value.kind !== 'record') return [[path, field]]
  return field.value.wildcard ? [] : [...field.value.fields.values()].flatMap((f) => lackingAdd(f, path))
}

// ---------------------------------------------------------------- wildcards

const explainWildcard = (shape: Shape, live: Shape, collection: CollectionItem): Diagnostic[] => {
  if (shape.wildcard === undefined)
    return live.wildcard === undefined ? [] : [lostWildcard(shape, live, collection)]
  if (live.wildcard !== undefined) return []
  switch (shape.wildcard.source) {
    case 'removed':
      return []
    case 'implicit':
      return [error(ALL_DROPPED, collection.span)]
    default:
      return [newWildcard(shape.wildcard.span, collection)]
  }
}

const ALL_DROPPED =
  'All fields from the live schema are dropped, reintroducing the implicit wildcard that requires an `add_wildcard` migration. Are you sure you meant to do this?'

const KEEP_OPEN =
  'Collections with no fields defined allow arbitrary fields by default. To keep this behavior, add a wildcard declaration to the schema definition'

const newWildcard = (span: Span, collection: CollectionItem): Diagnostic =>
  error('Wildcard was not present in the live schema', span, [
    suggestStatements(
      collection,
      beforeLast(collection.span),
      'Add the wildcard with an `add_wildcard` migration',
      ['add_wildcard'],
    ),
  ])

const lostWildcard = (shape: Shape, live: Shape, collection: CollectionItem): Diagnostic => {
  const first = [...shape.fields.values()][0]
  const place = before(first?.name.span ?? collection.span)
  const hints =
    live.wildcard?.source === 'implicit'
      ? [hint(KEEP_OPEN, place, '*: Any\n')]
      : [
          hint('Add the wildcard back', place, '*: Any\n'),
          suggestStatements(collection, place, 'Move the extra fields with a `move_wildcard` migration', [
            'move_wildcard .conflicts',
          ]),
          suggestStatements(
            collection,
            place,
            'Drop the extra fields with a `move_wildcard` and `drop` migration',
            ['move_wildcard .conflicts', 'drop .conflicts'],
          ),
        ]
  return error('Missing wildcard definition', collection.span, hints)
}
