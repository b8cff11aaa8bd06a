/** Names that a write may not use (spec/schema.md §7.3, steps 1 and 2). */
import type { ConstraintFailure } from '#src/fql/errors/failure.ts'
import { isReservedFieldName } from '../model/names.ts'
import type { FieldValues } from './document-shape.ts'

const failAll = (names: readonly string[], message: string): ConstraintFailure[] =>
  names.map((name) => ({ paths: [[name]], message }))

/** `id` may be given when a document is created. Not for `createData`, `updateData`, `replaceData`. */
export const reservedNameFailures = (values: FieldValues, isCreate: boolean): ConstraintFailure[] =>
  failAll(
    [...values.keys()].filter((name) => isReservedFieldName(name) && !(isCreate && name === 'id')),
    'Is a reserved field and cannot be used',
  )

/** Not for `createData`, `updateData`, `replaceData`. */
export const computedFieldFailures = (
  values: FieldValues,
  computed: ReadonlySet<string>,
): ConstraintFailure[] =>
  failAll(
    [...values.keys()].filter((name) => computed.has(name)),
    'Cannot write to a computed field',
  )
