/** Migrations of one collection between two versions of its definition (spec/schema.md §13). */

import { ROOT } from '#src/access/roles/built-in.ts'
import { unstorable } from '#src/data/unstorable.ts'
import { compileQuery } from '#src/fql/eval/compile.ts'
import { Context } from '#src/fql/eval/context.ts'
import { databaseEnvironment } from '#src/fql/types/database.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import type { CollectionLookup } from '#src/schema/enforce/stored-type.ts'
import type { ResolvedStep } from '#src/schema/migrate/apply.ts'
import { deriveMigrations, type MigrationResult } from '#src/schema/migrate/derive.ts'
import { BackfillFailure, resolveSteps } from '#src/schema/migrate/resolve.ts'
import type { MigrationStep } from '#src/schema/migrate/steps.ts'
import type { CollectionItem, SchemaItem } from '#src/schema/model/items.ts'
import { backfillDiagnostic, invalidSchema } from './schema-errors.ts'
import { BUILT_IN_TYPES } from './typing/built-in-types.ts'

/** What types in migrations may name: the items as submitted. */
export const submittedTypes = (items: readonly SchemaItem[]): TypeEnvironment =>
  databaseEnvironment(
    BUILT_IN_TYPES,
    items.filter((i) => i.kind === 'collection').map((source) => ({ source })),
    items
      .filter((i) => i.kind === 'function')
      .map((f) => ({ name: f.name.text, alias: f.alias?.value.text })),
  )

/**
 * The steps from the live definition to the submitted one. Without documents fields may change freely, but statements
 * must be consistent; steps that can be derived all the same are of use while a schema is staged.
 */
export function migrationsBetween(
  env: TypeEnvironment,
  live: CollectionItem | undefined,
  submitted: CollectionItem,
  empty: boolean,
  staging: boolean,
): MigrationResult {
  if (live && (!empty || staging)) {
    const derived = deriveMigrations(env, live, submitted)
    if (derived.ok || !empty) return derived
  }
  return deriveMigrations(env, undefined, submitted)
}

/** Evaluates backfills, once for all documents, with the rights of the system. */
export async function resolved(
  ctx: Context,
  steps: readonly MigrationStep[],
  lookup: CollectionLookup,
): Promise<ResolvedStep[]> {
  const system = new Context(ctx.host, ROOT, ctx.run)
  try {
    return await resolveSteps(steps, {
      lookup,
      evaluate: (expr) => compileQuery(expr, []).run(system, []),
      unstorable: (value) => {
        const problem = unstorable(value)
        return problem === undefined ? undefined : `${problem}.`
      },
    })
  } catch (error) {
    if (error instanceof BackfillFailure) throw invalidSchema([backfillDiagnostic(error)])
    throw error
  }
}
