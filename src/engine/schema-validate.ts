/** What a set of source files would make of a schema, and whether it may (spec/schema.md §15.5, steps 2 to 5). */
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { SchemaDocuments } from '#src/data/database-schema.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import { isEmpty } from '#src/data/index-build.ts'
import type { SchemaFiles } from '#src/data/schema-files.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import type { SchemaCheck } from '#src/fql/types/schema.ts'
import { maxSchemaFiles } from '#src/lib/limits.ts'
import type { ItemDiff, Rename } from '#src/schema/diff/diff.ts'
import { renderSemantic, renderSummary, renderTextual } from '#src/schema/diff/render.ts'
import type { MigrationStep } from '#src/schema/migrate/steps.ts'
import { collectionFromDocument } from '#src/schema/model/from-document.ts'
import type { CollectionItem, SchemaItem } from '#src/schema/model/items.ts'
import { checkItems } from '#src/schema/source/environment.ts'
import type { SchemaProblem } from '#src/schema/source/parse-files.ts'
import { planPush } from '#src/schema/source/push.ts'
import { problemsText } from './schema-errors.ts'
import { migrationsBetween, submittedTypes } from './schema-migrations.ts'
import { refused } from './schema-reply.ts'
import type { DiffFormat, SchemaFile } from './service.ts'
import { BUILT_IN_TYPES } from './typing/built-in-types.ts'

export interface Submission {
  /** The files that are replaced. */
  readonly before: SchemaFiles
  /** The documents that those files stand for. */
  readonly documents: SchemaDocuments
  readonly sent: SchemaFiles
  readonly override: boolean
  readonly renames?: readonly Rename[]
}

export interface Validated {
  readonly plan: ReturnType<typeof planPush> & { readonly ok: true }
  readonly check: SchemaCheck
  /** Migrations of modified collections that have documents. */
  readonly migrations: ReadonlyMap<SchemaItem, readonly MigrationStep[]>
}

/** Throws the reply that refuses the files, when they are wrong. */
export async function validate(host: DatabaseHost, submission: Submission): Promise<Validated> {
  const plan = planPush(submission)
  if (!plan.ok) throw refused(problemsText(plan.errors))
  // `main.fsl` counts even when it is not there (spec/schema.md §20).
  if (new Set([...plan.files.keys(), 'main.fsl']).size > maxSchemaFiles) throw refused('Too many files')
  const check = checkItems(BUILT_IN_TYPES, plan.items, { typechecked: await host.isTypechecked() })
  if (check.errors.length > 0) throw refused(problemsText(check.errors))
  const env = submittedTypes(plan.items)
  const errors: SchemaProblem[] = []
  const migrations = new Map<SchemaItem, readonly MigrationStep[]>()
  for (const diff of plan.diffs) {
    const change = collectionChange(diff)
    if (!change) continue
    const derived = await migrationsOf(host, submission.documents, change, env)
    if (!derived.ok) errors.push(...derived.errors)
    else if (derived.steps.length > 0) migrations.set(change.after, derived.steps)
  }
  if (errors.length > 0) throw refused(problemsText(errors))
  return { plan, check, migrations }
}

interface CollectionChange {
  readonly before: string | undefined
  readonly after: CollectionItem
}

function collectionChange(diff: ItemDiff): CollectionChange | undefined {
  if (diff.kind === 'modify')
    return diff.after.kind === 'collection' ? { before: diff.before.name.text, after: diff.after } : undefined
  return diff.kind === 'add' && diff.item.kind === 'collection'
    ? { before: undefined, after: diff.item }
    : undefined
}

/** Compared with the active schema, whatever is staged. */
async function migrationsOf(
  host: DatabaseHost,
  documents: SchemaDocuments,
  { before, after }: CollectionChange,
  env: TypeEnvironment,
) {
  const id = before === undefined ? undefined : idByName(documents, before)
  const live = id === undefined ? undefined : activeDocument(host, id)
  const empty = !live || id === undefined || (await isEmpty(host, Number(id)))
  return migrationsBetween(env, live && collectionFromDocument(live.fields), after, empty, false)
}

const idByName = ({ collections }: SchemaDocuments, name: string): bigint | undefined =>
  collections.find(([, d]) => d.fields.get('name') === name)?.[0]

const activeDocument = (host: DatabaseHost, id: bigint): DocumentVersion | undefined =>
  host.schema.documents.collections.find(([known]) => known === id)?.[1]

export const sentFiles = (files: readonly SchemaFile[]): SchemaFiles =>
  new Map(files.map((f) => [f.name, f.content]))

/** The difference as text. */
export function diffText(
  { plan, migrations }: Validated,
  before: SchemaFiles,
  format: DiffFormat | undefined,
  color: boolean,
): string {
  switch (format) {
    case 'summary':
      return renderSummary(plan.diffs, { color })
    case 'textual':
      return renderTextual(before, plan.files, { color })
    default:
      return renderSemantic(plan.diffs, { color, migrations: (after) => migrations.get(after) ?? [] })
  }
}
