/**
 * Migration steps as functions over the fields of a stored document (spec/schema.md §13.4). They are pure: a field map
 * goes in, another comes out, and a document that needs no change comes out as it is.
 */
import { isNull, NULL, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { compileTest, type Test } from '../enforce/accepts.ts'
import type { StoredType } from '../enforce/stored-type.ts'
import type { FieldNames } from './steps.ts'

export type Fields = ReadonlyMap<string, Value>
export type Migrate = (fields: Fields) => Fields

/** A step with its types resolved and its backfills evaluated. NULL: nothing is filled in. */
export type ResolvedStep =
  | { readonly kind: 'add'; readonly field: FieldNames; readonly type: StoredType; readonly backfill: Value }
  | { readonly kind: 'drop'; readonly field: FieldNames }
  | { readonly kind: 'move'; readonly field: FieldNames; readonly to: FieldNames }
  | { readonly kind: 'split'; readonly field: FieldNames; readonly targets: readonly ResolvedTarget[] }
  | { readonly kind: 'move_conflicts'; readonly into: FieldNames }
  | { readonly kind: 'move_wildcard'; readonly into: FieldNames; readonly except: readonly string[] }
  | { readonly kind: 'add_wildcard' }

export interface ResolvedTarget {
  readonly field: FieldNames
  readonly type: StoredType
  readonly backfill: Value
}

/** All steps of one schema version, in order. */
export const compileSteps = (steps: readonly ResolvedStep[]): Migrate => {
  const compiled = steps.map(compileStep)
  return (fields) => {
    const { document } = compiled.reduce((state, step) => step(state), {
      document: fields,
      conflicts: NO_FIELDS,
    })
    return document
  }
}

const NO_FIELDS: Fields = new Map()

/** What is moved between steps of one version besides the document: values that an `add` displaced. */
interface State {
  readonly document: Fields
  readonly conflicts: Fields
}

const compileStep = (step: ResolvedStep): ((state: State) => State) => {
  switch (step.kind) {
    case 'add':
      return add(step.field, compileTest(step.type), step.backfill)
    case 'drop':
      return onDocument((d) => without(d, step.field))
    case 'move':
      return onDocument((d) => move(d, step.field, step.to))
    case 'split':
      return onDocument(split(step.field, step.targets))
    case 'move_conflicts':
      return (state) => ({ document: moveConflicts(state, step.into), conflicts: NO_FIELDS })
    case 'move_wildcard':
      return onDocument(moveWildcard(step.into, new Set(step.except)))
    case 'add_wildcard':
      return (state) => state
  }
}

const onDocument =
  (migrate: Migrate) =>
  (state: State): State => ({ ...state, document: migrate(state.document) })

// ---------------------------------------------------------------- paths

const at = (fields: Fields, path: FieldNames): Value => {
  let value: Value = NULL
  let inside: Fields | undefined = fields
  for (const name of path) {
    value = inside?.get(name) ?? NULL
    inside = value instanceof ObjectValue ? value.fields : undefined
  }
  return value
}

/** Sets a value; missing parents are made. */
const withValue = (fields: Fields, [name = '', ...rest]: FieldNames, value: Value): Fields => {
  if (rest.length === 0) return new Map(fields).set(name, value)
  const inside = fields.get(name)
  const before = inside instanceof ObjectValue ? inside.fields : NO_FIELDS
  return new Map(fields).set(name, new ObjectValue(withValue(before, rest, value)))
}

const without = (fields: Fields, [name = '', ...rest]: FieldNames): Fields => {
  const inside = fields.get(name)
  if (inside === undefined) return fields
  const copy = new Map(fields)
  if (rest.length === 0) copy.delete(name)
  else if (inside instanceof ObjectValue) copy.set(name, new ObjectValue(without(inside.fields, rest)))
  return copy
}

const fill = (fields: Fields, path: FieldNames, value: Value): Fields =>
  isNull(value) ? fields : withValue(fields, path, value)

// ---------------------------------------------------------------- steps

/** A value of the right type stays; another one makes way for the backfill. */
const add =
  (path: FieldNames, fits: Test, backfill: Value) =>
  (state: State): State => {
    const document = withParents(state.document, path)
    const old = at(document, path)
    if (isNull(old)) return { ...state, document: fill(document, path, backfill) }
    if (fits(old)) return { ...state, document }
    const conflicts = withValue(state.conflicts, path, old)
    return { document: fill(without(document, path), path, backfill), conflicts }
  }

const withParents = (fields: Fields, path: FieldNames): Fields =>
  path.slice(0, -1).reduce((document, _, i) => {
    const parent = path.slice(0, i + 1)
    return isNull(at(document, parent)) ? withValue(document, parent, new ObjectValue(NO_FIELDS)) : document
  }, fields)

const move = (fields: Fields, from: FieldNames, to: FieldNames): Fields => {
  const value = at(fields, from)
  return isNull(value) ? fields : withValue(without(fields, from), to, value)
}

const sameNames = (a: FieldNames | undefined, b: FieldNames): boolean =>
  a?.length === b.length && a.every((name, i) => name === b[i])

/** The value goes to the first target that takes it, the last target takes any; the others are filled. */
const split = (from: FieldNames, targets: readonly ResolvedTarget[]): Migrate => {
  const tests = targets.map((t, i) => (i < targets.length - 1 ? compileTest(t.type) : () => true))
  return (fields) => {
    const value = at(fields, from)
    const chosen = isNull(value) ? -1 : tests.findIndex((test) => test(value))
    return targets.reduce(
      (document, target, i) => fill(document, target.field, i === chosen ? value : target.backfill),
      // A value that stays keeps its place among the fields.
      sameNames(targets[chosen]?.field, from) ? fields : without(fields, from),
    )
  }
}

const moveConflicts = ({ document, conflicts }: State, into: FieldNames): Fields => {
  if (conflicts.size === 0) return document
  const old = at(document, into)
  const fields = new Map(old instanceof ObjectValue ? old.fields : NO_FIELDS)
  for (const [name, value] of conflicts) fields.set(freeName(name, fields), value)
  return withValue(document, into, new ObjectValue(fields))
}

const freeName = (name: string, taken: { has(name: string): boolean }): string => {
  let free = name
  while (taken.has(free)) free = `_${free}`
  return free
}

/** All fields but those in `except` go into an object. Names with fewer leading underscores choose first. */
const moveWildcard =
  (into: FieldNames, except: ReadonlySet<string>): Migrate =>
  (document) => {
    const extra = [...document].filter(([name]) => !except.has(name))
    if (extra.length === 0) return document
    const old = at(document, into)
    const target = new Map(old instanceof ObjectValue ? old.fields : NO_FIELDS)
    const names = freeNames(
      extra.map(([name]) => name),
      target,
    )
    for (const [name, value] of extra) target.set(names.get(name)!, value)
    const kept = new Map([...document].filter(([name]) => except.has(name)))
    return withValue(kept, into, new ObjectValue(target))
  }

const freeNames = (names: readonly string[], taken: Fields): ReadonlyMap<string, string> => {
  const used = new Set(taken.keys())
  const chosen = new Map<string, string>()
  for (const name of names.toSorted((a, b) => underscores(a) - underscores(b))) {
    const free = freeName(name, used)
    used.add(free)
    chosen.set(name, free)
  }
  return chosen
}

const underscores = (name: string): number => name.search(/[^_]|$/)
