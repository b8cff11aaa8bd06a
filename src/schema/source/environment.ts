/** Validation of a whole set of items (spec/schema.md §12, §6.5): types, resources of roles, roles of providers, names. */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import type { LambdaExpr } from '#src/fql/syntax/tree.ts'
import type { TypeEnvironment } from '#src/fql/types/environment.ts'
import { checkSchema, type SchemaCheck } from '#src/fql/types/schema.ts'
import type { SchemaSource } from '#src/fql/types/schema-source.ts'
import { referenceErrors } from '../check/references.ts'
import type { AccessProviderItem, ItemKind, Predicate, RoleItem, SchemaItem } from '../model/items.ts'

/** Checks the items; with `typechecked` also everything that needs types. Resources only when nothing failed before. */
export const checkItems = (
  builtins: TypeEnvironment,
  items: readonly SchemaItem[],
  options: { readonly typechecked: boolean },
): SchemaCheck => {
  const check = checkSchema(builtins, schemaSourceOf(items), options)
  return check.errors.length > 0 ? check : { ...check, errors: referenceErrors(items) }
}

const ofKind = <K extends ItemKind>(items: readonly SchemaItem[], kind: K): (SchemaItem & { kind: K })[] =>
  items.filter((item) => item.kind === kind) as (SchemaItem & { kind: K })[]

/** What the type checker reads of the items. */
const schemaSourceOf = (items: readonly SchemaItem[]): SchemaSource => ({
  collections: ofKind(items, 'collection'),
  functions: ofKind(items, 'function'),
  predicates: [
    ...ofKind(items, 'role').flatMap(rolePredicates),
    ...ofKind(items, 'access provider').flatMap(providerPredicates),
  ],
})

const bodies = (predicates: readonly (Predicate | undefined)[]): LambdaExpr[] =>
  predicates.flatMap((p) => (p ? [p.body] : []))

const rolePredicates = (role: RoleItem): LambdaExpr[] =>
  bodies([
    ...role.membership.map((m) => m.predicate),
    ...role.privileges.flatMap((p) => p.actions.map((a) => a.predicate)),
  ])

const providerPredicates = (provider: AccessProviderItem): LambdaExpr[] =>
  bodies(provider.roles.map((r) => r.predicate))

const error = (message: string, span: Span): Diagnostic => ({ kind: 'error', message, span })

// ---------------------------------------------------------------- derived type names

/** The types that a collection or alias of this name brings along. */
const derivedTypes = (name: string): string[] => [name, `${name}Collection`, `Null${name}`]

/** A name or alias of a collection that was given in this change. */
export interface NewCollectionName {
  readonly name: string
  readonly as: 'name' | 'alias'
  /** Blamed; `NO_SPAN` when there is no text. */
  readonly span: Span
}

/**
 * Clashes of the type names that new collection names bring along, with those of `all` names and aliases (the new ones
 * included) and of the standard library (§6.5).
 */
export const derivedTypeErrors = (
  changed: readonly NewCollectionName[],
  all: readonly string[],
  isBuiltinType: (name: string) => boolean,
): Diagnostic[] => {
  const uses = Map.groupBy(all.flatMap(derivedTypes), (type) => type)
  const isTaken = (type: string): boolean => (uses.get(type)?.length ?? 0) + (isBuiltinType(type) ? 1 : 0) > 1
  return changed.flatMap(({ name, as, span }) => {
    const taken = derivedTypes(name).filter(isTaken)
    if (taken.length === 0) return []
    const message = `The collection ${as} \`${name}\` generates types that conflict with the following existing types: ${taken.join(', ')}`
    return [error(message, span)]
  })
}
