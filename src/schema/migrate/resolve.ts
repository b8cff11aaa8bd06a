/** Making derived steps applicable: types resolved, backfills evaluated once (spec/schema.md §13.4). */
import type { ConstraintFailure } from '#src/fql/errors/failure.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { Expr, TypeExpr } from '#src/fql/syntax/tree.ts'
import { NULL, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, mapInOrder } from '#src/lib/eventual.ts'
import { checkValue, toFailure } from '../enforce/failures.ts'
import { type CollectionLookup, type StoredType, storedType } from '../enforce/stored-type.ts'
import type { ResolvedStep, ResolvedTarget } from './apply.ts'
import type { FieldNames, MigrationStep, SplitTarget } from './steps.ts'

/** Thrown when a step cannot be applied: the push, or the query, fails with it. */
export class BackfillFailure {
  /** `Failed to convert backfill value.` or `Failed to convert migration.` */
  readonly message: string
  readonly failures: readonly ConstraintFailure[]
  /** Of the backfill expression. */
  readonly span: Span
  constructor(message: string, failures: readonly ConstraintFailure[], span: Span) {
    this.message = message
    this.failures = failures
    this.span = span
  }
}

export interface StepResolver {
  readonly lookup: CollectionLookup
  /**
   * Evaluates a backfill with the rights of the system, or throws. A result that cannot be stored is reported by
   * `unstorable`.
   */
  evaluate(value: Expr): Eventual<Value>
  /** What is wrong with storing the value, as `Value has type Lambda, which cannot be persisted.`; undefined: nothing. */
  unstorable(value: Value): string | undefined
}

/** Throws `BackfillFailure`, or what `evaluate` throws. */
export const resolveSteps = (
  steps: readonly MigrationStep[],
  resolver: StepResolver,
): Eventual<ResolvedStep[]> => mapInOrder(steps, (step) => resolveStep(step, resolver))

const resolveStep = (step: MigrationStep, resolver: StepResolver): Eventual<ResolvedStep> => {
  switch (step.kind) {
    case 'add':
      return andThen(
        resolveTarget(step, resolver, true),
        (target): ResolvedStep => ({ kind: 'add', ...target }),
      )
    case 'split': {
      const last = step.targets.length - 1
      const targets = mapInOrder(step.targets, (target, i) => resolveTarget(target, resolver, i < last))
      return andThen(
        targets,
        (resolved): ResolvedStep => ({ kind: 'split', field: step.field, targets: resolved }),
      )
    }
    default:
      return step
  }
}

/** The last target of a split takes whatever is left, so its type is not looked at. */
const resolveTarget = (
  { field, type, backfill }: SplitTarget,
  resolver: StepResolver,
  checked: boolean,
): Eventual<ResolvedTarget> => {
  const resolved = checked ? requireStored(type, field, resolver.lookup) : ANY
  const value =
    backfill === undefined ? NULL : andThen(resolver.evaluate(backfill), storable(backfill, field, resolver))
  return andThen(value, (v) => {
    if (checked) checkFits(resolved, field, v, backfill?.span ?? type.span)
    return { field, type: resolved, backfill: v }
  })
}

const ANY: StoredType = { kind: 'any' }

const requireStored = (type: TypeExpr, field: FieldNames, lookup: CollectionLookup): StoredType => {
  const stored = storedType(type, lookup)
  if (stored !== undefined) return stored
  throw conversionFailure('Type cannot be persisted.', field, type.span)
}

const storable =
  (expr: Expr, field: FieldNames, resolver: StepResolver) =>
  (value: Value): Value => {
    const problem = resolver.unstorable(value)
    if (problem !== undefined) throw conversionFailure(problem, field, expr.span)
    return value
  }

const conversionFailure = (message: string, field: FieldNames, span: Span): BackfillFailure =>
  new BackfillFailure('Failed to convert migration.', [{ paths: [field], message }], span)

/** A missing backfill counts as null: a reference is nullable for the type checker, but not here. */
const checkFits = (type: StoredType, field: FieldNames, value: Value, span: Span): void => {
  const failures = checkValue(type, field, value).map(toFailure)
  if (failures.length > 0) throw new BackfillFailure('Failed to convert backfill value.', failures, span)
}
