/** The steps that bring a collection from its live to its submitted shape (spec/schema.md §13). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { printStatement } from '../fsl/print.ts'
import type { CollectionItem, MigrationStatement } from '../model/items.ts'
import { TypeComparison } from './compare.ts'
import { explain, isCompatible } from './compatible.ts'
import { Rewind } from './rewind.ts'
import { type Shape, shapeOf } from './shape.ts'
import type { MigrationStep } from './steps.ts'

export type MigrationResult =
  | { readonly ok: true; readonly steps: readonly MigrationStep[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[] }

/**
 * Checks the migrations of `submitted` against `live`, the collection as it is now; undefined when the collection is new or
 * holds no documents: then the block must only be consistent, and there is nothing to do.
 * `env` is the environment of the submitted schema.
 */
export const deriveMigrations = (
  env: TypeEnvironment,
  live: CollectionItem | undefined,
  submitted: CollectionItem,
): MigrationResult => {
  const types = new TypeComparison(env)
  const rewind = new Rewind(submitted, shapeOf(submitted), types)
  rewind.run(newStatements(live, submitted))
  if (rewind.errors.length > 0) return { ok: false, errors: rewind.errors }
  if (live === undefined) return { ok: true, steps: [] }
  const liveShape = shapeOf(live)
  if (isCompatible(rewind.shape, liveShape, types)) return { ok: true, steps: rewind.steps }
  return {
    ok: false,
    errors: explain(withFields(shapeOf(submitted), rewind.shape), liveShape, submitted, types),
  }
}

/** The submitted shape, with what undoing the migrations has found out about its fields. */
const withFields = (submitted: Shape, rewound: Shape): Shape => ({
  fields: new Map([...submitted.fields, ...rewound.fields]),
  wildcard: submitted.wildcard,
})

/**
 * The statements after the continuation point: all but the longest prefix of the submitted block that ends the live
 * block.
 */
const newStatements = (
  live: CollectionItem | undefined,
  submitted: CollectionItem,
): readonly MigrationStatement[] => {
  const statements = submitted.migrations?.statements ?? []
  if (live === undefined) return statements
  const liveTexts = live.migrations?.statements.map(printStatement) ?? []
  return statements.slice(prefixAtEnd(statements.map(printStatement), liveTexts))
}

/** The length of the longest beginning of `pattern` that ends `texts` (Knuth, Morris, Pratt). */
const prefixAtEnd = (pattern: readonly string[], texts: readonly string[]): number => {
  const borders = [0]
  const advance = (matched: number, text: string): number => {
    let length = matched === pattern.length ? (borders[matched - 1] ?? 0) : matched
    while (length > 0 && pattern[length] !== text) length = borders[length - 1]!
    return pattern[length] === text ? length + 1 : length
  }
  for (let i = 1; i < pattern.length; i++) borders.push(advance(borders[i - 1]!, pattern[i]!))
  return texts.reduce(advance, 0)
}
