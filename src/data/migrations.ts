/** Migration steps as a collection document keeps them, and what they do to stored documents (spec/schema.md §13.4). */
import {
  BytesValue,
  isArray,
  NULL,
  ObjectValue,
  objectOf,
  TimeValue,
  type Value,
} from '#src/fql/values/value.ts'
import type { StoredField, StoredType } from '#src/schema/enforce/stored-type.ts'
import {
  compileSteps,
  type Fields,
  type Migrate,
  type ResolvedStep,
  type ResolvedTarget,
} from '#src/schema/migrate/apply.ts'
import type { CollectionParts } from './collection.ts'
import { listField, objectField, objects, textField } from './schema-model.ts'
import { type CollectionResolver, decodeVersion, encodeVersion } from './value-codec.ts'

/** Hidden fields of collection documents. */
const APPLIED = 'migrations'
const STAGED = 'staged_migrations'

/** Steps of one schema version; `version` is the time of its commit. */
const groupValue = (version: Value, steps: readonly ResolvedStep[]): ObjectValue =>
  objectOf({ version, steps: steps.map(stepValue) })

/** The hidden fields with further steps, which begin to apply with this very commit. */
export function withMigrations(
  internal: Fields,
  steps: readonly ResolvedStep[],
  transactionTime: Value,
): Map<string, Value> {
  const out = new Map(internal)
  out.delete(STAGED)
  if (steps.length > 0)
    out.set(APPLIED, [...listField(internal, APPLIED), groupValue(transactionTime, steps)])
  return out
}

/** The hidden fields with the steps that will apply when the schema is committed. */
export function withStagedMigrations(internal: Fields, steps: readonly ResolvedStep[]): Map<string, Value> {
  const out = new Map(internal)
  if (steps.length > 0) out.set(STAGED, steps.map(stepValue))
  else out.delete(STAGED)
  return out
}

export const stagedMigrations = (internal: Fields, resolve: CollectionResolver): ResolvedStep[] =>
  stepsOf(listField(internal, STAGED), resolve)

/** What the staged schema would make of documents of the active one; undefined: it leaves them as they are. */
export function stagedMigrationOf(internal: Fields, resolve: CollectionResolver): Migrate | undefined {
  return listField(internal, STAGED).length > 0
    ? compiledLater(() => stagedMigrations(internal, resolve))
    : undefined
}

interface Group {
  /** Microseconds. */
  readonly version: number
  readonly migrate: Migrate
}

/** How stored documents are brought to the present shape; undefined: they are as they are. */
export function migrationOf(internal: Fields, resolve: CollectionResolver): CollectionParts['migrate'] {
  const groups = objects(listField(internal, APPLIED)).map((g) => groupOf(g, resolve))
  const last = groups.at(-1)
  if (!last) return undefined
  return (fields, ts) => {
    if (ts >= last.version) return fields
    let out: Fields = fields
    for (const { version, migrate } of groups) if (ts < version) out = migrate(out)
    return out
  }
}

/** A version that this transaction is about to write comes after all that is stored. */
function groupOf(group: Fields, resolve: CollectionResolver): Group {
  const version = group.get('version')
  const micros = version instanceof TimeValue ? Number(version.nanos / 1000n) : Number.POSITIVE_INFINITY
  return { version: micros, migrate: compiledLater(() => stepsOf(listField(group, 'steps'), resolve)) }
}

/** Compiles when first used: the collections that backfills refer to exist by then. */
function compiledLater(steps: () => readonly ResolvedStep[]): Migrate {
  let migrate: Migrate | undefined
  return (fields) => {
    migrate ??= compileSteps(steps())
    return migrate(fields)
  }
}

// ---------------------------------------------------------------- steps

function stepValue(step: ResolvedStep): ObjectValue {
  switch (step.kind) {
    case 'add':
      return objectOf({ kind: step.kind, ...targetParts(step) })
    case 'drop':
      return objectOf({ kind: step.kind, field: [...step.field] })
    case 'move':
      return objectOf({ kind: step.kind, field: [...step.field], to: [...step.to] })
    case 'split':
      return objectOf({
        kind: step.kind,
        field: [...step.field],
        targets: step.targets.map((t) => objectOf(targetParts(t))),
      })
    case 'move_conflicts':
      return objectOf({ kind: step.kind, into: [...step.into] })
    case 'move_wildcard':
      return objectOf({ kind: step.kind, into: [...step.into], except: [...step.except] })
    case 'add_wildcard':
      return objectOf({ kind: step.kind })
  }
}

const targetParts = ({ field, type, backfill }: ResolvedTarget) => ({
  field: [...field],
  type: typeValue(type),
  backfill: new BytesValue(
    encodeVersion({ ttl: undefined, fields: new Map([['value', backfill]]), internal: new Map() }),
  ),
})

const stepsOf = (steps: readonly Value[], resolve: CollectionResolver): ResolvedStep[] =>
  objects(steps).map((step) => stepOf(step, resolve))

const namesOf = (fields: Fields, name: string): string[] => listField(fields, name).map(String)

function stepOf(fields: Fields, resolve: CollectionResolver): ResolvedStep {
  const kind = textField(fields, 'kind')
  switch (kind) {
    case 'add':
      return { kind, ...targetOf(fields, resolve) }
    case 'drop':
      return { kind, field: namesOf(fields, 'field') }
    case 'move':
      return { kind, field: namesOf(fields, 'field'), to: namesOf(fields, 'to') }
    case 'split':
      return { kind, field: namesOf(fields, 'field'), targets: targetsOf(fields, resolve) }
    case 'move_conflicts':
      return { kind, into: namesOf(fields, 'into') }
    case 'move_wildcard':
      return { kind, into: namesOf(fields, 'into'), except: namesOf(fields, 'except') }
    case 'add_wildcard':
      return { kind }
    default:
      throw new Error(`stored migration step of kind ${kind}`)
  }
}

const targetsOf = (fields: Fields, resolve: CollectionResolver): ResolvedTarget[] =>
  objects(listField(fields, 'targets')).map((t) => targetOf(t, resolve))

const targetOf = (fields: Fields, resolve: CollectionResolver): ResolvedTarget => ({
  field: namesOf(fields, 'field'),
  type: typeOf(fields.get('type')),
  backfill: backfillOf(fields.get('backfill'), resolve),
})

function backfillOf(stored: Value | undefined, resolve: CollectionResolver): Value {
  if (!(stored instanceof BytesValue)) return NULL
  return decodeVersion(stored.bytes, NULL, resolve).fields.get('value') ?? NULL
}

// ---------------------------------------------------------------- types

function typeValue(type: StoredType): ObjectValue {
  switch (type.kind) {
    case 'any':
      return objectOf({ kind: type.kind })
    case 'scalar':
      return objectOf({ kind: type.kind, name: type.name })
    case 'literal':
      return objectOf({ kind: type.kind, value: type.value })
    case 'array':
      return objectOf({ kind: type.kind, element: typeValue(type.element) })
    case 'tuple':
      return objectOf({ kind: type.kind, elements: type.elements.map(typeValue) })
    case 'union':
      return objectOf({ kind: type.kind, members: type.members.map(typeValue) })
    case 'document':
      return objectOf({
        kind: type.kind,
        collection: type.collection,
        name: type.name,
        missing: type.missing,
      })
    case 'object':
      return objectOf({
        kind: type.kind,
        fields: new ObjectValue(new Map([...type.fields].map(([name, f]) => [name, typeValue(f.type)]))),
        ...(type.wildcard && { wildcard: typeValue(type.wildcard) }),
      })
  }
}

function typeOf(value: Value | undefined): StoredType {
  const fields: Fields = value instanceof ObjectValue ? value.fields : new Map()
  const kind = textField(fields, 'kind')
  switch (kind) {
    case 'any':
      return { kind }
    case 'scalar':
      return { kind, name: textField(fields, 'name') as (StoredType & { kind: 'scalar' })['name'] }
    case 'literal':
      return { kind, value: literalOf(fields.get('value')) }
    case 'array':
      return { kind, element: typeOf(fields.get('element')) }
    case 'tuple':
      return { kind, elements: typesOf(fields.get('elements')) }
    case 'union':
      return { kind, members: typesOf(fields.get('members')) }
    case 'document':
      return {
        kind,
        collection: Number(fields.get('collection')),
        name: textField(fields, 'name') ?? '',
        missing: fields.get('missing') === true,
      }
    case 'object':
      return objectTypeOf(fields)
    default:
      throw new Error(`stored type of kind ${kind}`)
  }
}

const typesOf = (value: Value | undefined): StoredType[] =>
  value !== undefined && isArray(value) ? value.map(typeOf) : []

const literalOf = (value: Value | undefined): boolean | bigint | string =>
  typeof value === 'number' ? BigInt(value) : (value as boolean | bigint | string)

function objectTypeOf(fields: Fields): StoredType {
  const members = [...objectField(fields, 'fields')].map(
    ([name, type]) => [name, { type: typeOf(type), default: undefined } satisfies StoredField] as const,
  )
  const wildcard = fields.get('wildcard')
  return {
    kind: 'object',
    fields: new Map<string, StoredField>(members),
    wildcard: wildcard === undefined ? undefined : typeOf(wildcard),
  }
}
