import * as fail from '#src/fql/errors/catalogue.ts'
import type { ConstraintFailure, QueryFailure } from '#src/fql/errors/failure.ts'
import type { Collection } from './collection.ts'
import type { Failure } from './native-collection.ts'

/** What was being done to which document: makes the message of a constraint failure (spec/data.md §2.3). */
export interface Operation {
  readonly verb: 'create' | 'update' | 'delete'
  readonly collection: Collection
  /** Id or name; undefined when creating. */
  readonly key: bigint | string | undefined
}

export function operationText({ verb, collection: c, key }: Operation): string {
  if (c.user)
    return verb === 'create'
      ? `Failed to create document in collection \`${c.name}\`.`
      : `Failed to ${verb} document with id ${key} in collection \`${c.name}\`.`
  if (verb === 'create') return `Failed to create ${c.name}.`
  return c.named ? `Failed to ${verb} ${c.name} \`${key}\`.` : `Failed to ${verb} ${c.name} with id ${key}.`
}

export const constraintFailure = (operation: Operation, failures: readonly Failure[]): QueryFailure =>
  fail.constraintFailure(operationText(operation), failures.map(located))

/** As it is reported: a failure of the whole document has no path. */
export const located = ({ path, message }: Failure): ConstraintFailure => ({
  paths: path.length === 0 ? [] : [path],
  message,
})

/** Throws when there is a failure. */
export function refuse(operation: Operation, failures: readonly Failure[]): void {
  if (failures.length > 0) throw constraintFailure(operation, failures)
}
