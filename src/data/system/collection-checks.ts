/** What is wrong with a collection document on its own (spec/schema.md §4.1); the whole schema is checked at the end. */
import { renderAll } from '#src/fql/errors/render.ts'
import { COLLECTION_MEMBERS } from '#src/fql/stdlib/collection.ts'
import { parseExpr } from '#src/fql/syntax/parser.ts'
import type { Expr } from '#src/fql/syntax/tree.ts'
import { isArray, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, eachIndex } from '#src/lib/eventual.ts'
import { parseFieldType } from '#src/schema/fsl/field-type.ts'
import { isDocumentMember } from '#src/schema/model/names.ts'
import type { Path } from '../collection.ts'
import { DEFAULT_FAILED, evaluateDefault } from '../defaults.ts'
import type { Operation } from '../failures.ts'
import { pathOf } from '../index-definitions.ts'
import type { Failure, NativeWrite } from '../native-collection.ts'
import { listField, objectField, objects, textField } from '../schema-model.ts'
import { EXACTLY_ONE, lambdaFailures, shape, shapeFailures } from './field-shapes.ts'
import { isIdentifier } from './names.ts'
import { namespaceFailures } from './namespace.ts'

type Fields = ReadonlyMap<string, Value>

const TERM = '{ field: String, mva: Boolean | Null }'
const VALUE = '{ field: String, order: "asc" | "desc" | Null, mva: Boolean | Null }'
const index = (members: string) => `{ ${members}, queryable: Boolean | Null }`
const INDEX = [
  index(`terms: Array<${TERM}>`),
  index(`values: Array<${VALUE}>`),
  index(`terms: Array<${TERM}>, values: Array<${VALUE}>`),
].join(' | ')
const CONSTRAINT = `{ unique: Array<String> } | { unique: Array<${TERM}> } | { check: { name: String, body: String } }`
const MIGRATION = [
  '{ add: { field: String } }',
  '{ drop: { field: String } }',
  '{ move: { field: String, to: String } }',
  '{ split: { field: String, to: Array<String> } }',
  '{ backfill: { field: String, value: String } }',
  '{ move_conflicts: { into: String } }',
  '{ move_wildcard: { into: String } }',
  '{ add_wildcard: {} }',
].join(' | ')

const SHAPE = shape(`{
  computed_fields: { *: { body: String, signature: String | Null } } | Null,
  fields: { *: { signature: String, default: String | Null } } | Null,
  migrations: Array<${MIGRATION}> | Null,
  history_days: Long | Null,
  ttl_days: Long | Null,
  indexes: { *: ${INDEX} } | Null,
  constraints: Array<${CONSTRAINT}> | Null,
}`)

/** `createAll` is kept for a method to come. */
const INDEX_NAMES_TAKEN: ReadonlySet<string> = new Set([...COLLECTION_MEMBERS, 'createAll'])

/** All failures that need no evaluation. */
export function collectionFailures(write: NativeWrite): Eventual<Failure[]> {
  const { after } = write
  if (!after) return []
  return andThen(namespaceFailures(write), (names) => {
    const shaped = shapeFailures(SHAPE, after.fields)
    return [...names, ...(shaped.length > 0 ? shaped : contentFailures(after.fields))]
  })
}

const contentFailures = (fields: Fields): Failure[] => [
  ...memberNameFailures('computed_fields', fields, isDocumentMember),
  ...computedFailures(fields),
  ...memberNameFailures('fields', fields, isDocumentMember),
  ...definedFailures(fields),
  ...migrationFailures(fields),
  ...wildcardFailures(fields),
  ...negativeFailures('history_days', fields),
  ...negativeFailures('ttl_days', fields),
  ...memberNameFailures('indexes', fields, (name) => INDEX_NAMES_TAKEN.has(name)),
  ...indexFailures(fields),
  ...constraintFailures(fields),
  ...collisionFailures(fields),
]

// ---------------------------------------------------------------- fields

/** Members of an object field: `fields.F`. */
const members = (fields: Fields, name: string): (readonly [string, Fields])[] =>
  [...objectField(fields, name)].map(([key, v]) => [key, v instanceof ObjectValue ? v.fields : new Map()])

function memberNameFailures(
  container: string,
  fields: Fields,
  isTaken: (name: string) => boolean,
): Failure[] {
  return [...objectField(fields, container).keys()].flatMap((name): Failure[] => {
    if (!isIdentifier(name)) return [{ path: [container], message: 'Invalid identifier.' }]
    return isTaken(name) ? [{ path: [container], message: `The name '${name}' is reserved.` }] : []
  })
}

const computedFailures = (fields: Fields): Failure[] =>
  members(fields, 'computed_fields').flatMap(([name, f]) => [
    ...lambdaFailures(['computed_fields', name, 'body'], f.get('body'), EXACTLY_ONE),
    ...typeFailures(['computed_fields', name, 'signature'], f.get('signature')),
  ])

const definedFailures = (fields: Fields): Failure[] =>
  members(fields, 'fields').flatMap(([name, f]) => [
    ...typeFailures(['fields', name, 'signature'], f.get('signature')),
    ...defaultFailures(name, f.get('default')),
  ])

const wildcardFailures = (fields: Fields): Failure[] => typeFailures(['wildcard'], fields.get('wildcard'))

function typeFailures(path: Path, text: Value | undefined): Failure[] {
  if (typeof text !== 'string') return []
  const parsed = parseFieldType({ name: `*${path.at(-1)}*`, text })
  return parsed.ok
    ? []
    : [{ path, message: `Failed parsing user-provided signature.\n${renderAll(parsed.errors)}` }]
}

const defaultExpr = (name: string, text: string) => parseExpr({ name: `*field:${name}*`, text })

function defaultFailures(name: string, text: Value | undefined): Failure[] {
  if (typeof text !== 'string') return []
  const parsed = defaultExpr(name, text)
  return parsed.ok ? [] : [{ path: [name], message: `${DEFAULT_FAILED}\n${renderAll(parsed.errors)}` }]
}

function negativeFailures(name: string, fields: Fields): Failure[] {
  const days = fields.get(name)
  return typeof days !== 'object' && Number(days ?? 0) < 0
    ? [{ path: [name], message: 'Non-negative value required.' }]
    : []
}

function collisionFailures(fields: Fields): Failure[] {
  const defined = objectField(fields, 'fields')
  const clashes = [...objectField(fields, 'computed_fields').keys()].filter((name) => defined.has(name))
  return clashes.map((name) => ({
    path: ['computed_fields'],
    message: `Computed field '${name}' collides with a defined field`,
  }))
}

// ---------------------------------------------------------------- migrations

function migrationFailures(fields: Fields): Failure[] {
  return objects(listField(fields, 'migrations')).flatMap((statement, i) => {
    const [kind = '', argument] = [...statement][0] ?? []
    const path = ['migrations', i, kind]
    const parts = argument instanceof ObjectValue ? argument.fields : new Map<string, Value>()
    return [...parts].flatMap(([name, v]): Failure[] => {
      if (kind === 'backfill' && name === 'value') return expressionFailures([...path, name], v)
      const texts = isArray(v) ? v : [v]
      return texts.flatMap((text) => migrationPathFailures([...path, name], text))
    })
  })
}

function expressionFailures(path: Path, text: Value): Failure[] {
  const parsed = parseExpr({ name: `*${path.at(-1)}*`, text: String(text) })
  return parsed.ok ? [] : [{ path, message: `Unable to parse FQL source code.\n${renderAll(parsed.errors)}` }]
}

function migrationPathFailures(path: Path, text: Value): Failure[] {
  const steps = typeof text === 'string' ? pathOf(text) : undefined
  return steps?.every((step) => typeof step === 'string') ? [] : [{ path, message: notAPath(String(text)) }]
}

const notAPath = (text: string): string => `Value \`${text}\` is not a valid FQL path expression.`

// ---------------------------------------------------------------- indexes and constraints

const TERM_PROBLEMS: ReadonlyMap<string, string> = new Map([
  [
    'id',
    '`id` is not supported as an index term, use the native byId method to look up a document by its id.',
  ],
  ['coll', '`coll` is not supported as an index term.'],
  ['ts', '`ts` may only be used as an index value, not as an index term.'],
])
const VALUE_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['coll', '`coll` is not supported as a specified index value.'],
])
const UNIQUE_PROBLEMS: ReadonlyMap<string, string> = new Map(
  ['id', 'coll', 'ts'].map((name) => [name, `\`${name}\` is not supported as a unique constraint value.`]),
)

const indexFailures = (fields: Fields): Failure[] =>
  members(fields, 'indexes').flatMap(([name, definition]) => [
    ...partFailures(['indexes', name, 'terms'], listField(definition, 'terms'), TERM_PROBLEMS),
    ...partFailures(['indexes', name, 'values'], listField(definition, 'values'), VALUE_PROBLEMS),
  ])

const partFailures = (
  path: Path,
  parts: readonly Value[],
  problems: ReadonlyMap<string, string>,
): Failure[] =>
  objects(parts).flatMap((part, i) =>
    pathFailures([...path, i, 'field'], textField(part, 'field') ?? '', problems),
  )

function pathFailures(path: Path, text: string, problems: ReadonlyMap<string, string>): Failure[] {
  if (text === '') return [{ path, message: 'Value cannot be empty.' }]
  const steps = pathOf(text)
  const problem = steps ? problems.get(String(steps[0])) : notAPath(text)
  return problem === undefined ? [] : [{ path, message: problem }]
}

function constraintFailures(fields: Fields): Failure[] {
  const constraints = objects(listField(fields, 'constraints'))
  return [
    ...constraints.flatMap((c, i) => [
      ...checkFailures(['constraints', i, 'check'], c.get('check')),
      ...uniqueTexts(c).flatMap((text) => pathFailures(['constraints', i, 'unique'], text, UNIQUE_PROBLEMS)),
    ]),
    ...duplicateChecks(constraints),
    ...uniqueFailures(constraints.filter((c) => c.has('unique'))),
  ]
}

function checkFailures(path: Path, check: Value | undefined): Failure[] {
  if (!(check instanceof ObjectValue)) return []
  const name = textField(check.fields, 'name') ?? ''
  return [
    ...(isIdentifier(name) ? [] : [{ path: [...path, 'name'], message: 'Invalid identifier.' }]),
    ...lambdaFailures([...path, 'body'], check.fields.get('body'), EXACTLY_ONE),
  ]
}

/** The terms of a unique constraint are paths, or objects that have one. */
const uniqueTexts = (constraint: Fields): string[] =>
  listField(constraint, 'unique').map((t) =>
    t instanceof ObjectValue ? (textField(t.fields, 'field') ?? '') : String(t),
  )

function duplicates(names: readonly string[]): string[] {
  return [...Map.groupBy(names, (n) => n)].filter(([, same]) => same.length > 1).map(([name]) => name)
}

const duplicateChecks = (constraints: readonly Fields[]): Failure[] =>
  duplicates(constraints.flatMap((c) => textField(objectField(c, 'check'), 'name') ?? [])).map((name) => ({
    path: ['constraints'],
    message: `Duplicate check constraint name '${name}'`,
  }))

function uniqueFailures(uniques: readonly Fields[]): Failure[] {
  const paths = uniques.map((c) => uniqueTexts(c).map((text) => pathOf(text) ?? [text]))
  const failures: Failure[] = []
  if (paths.some((p) => p.length === 0))
    failures.push({ path: ['constraints'], message: 'Unique constraints must have at least one term' })
  for (const same of duplicates(paths.map((p) => `[${p.map(displayPath).join(', ')}]`)))
    failures.push({ path: ['constraints'], message: `Duplicate unique constraint on path ${same}` })
  return failures
}

/** `.a.b[0]` */
const displayPath = (path: Path): string =>
  path
    .map((step, i) => {
      if (typeof step === 'number') return i === 0 ? `.[${step}]` : `[${step}]`
      if (isIdentifier(step)) return `.${step}`
      return `${i === 0 ? '.' : ''}[${JSON.stringify(step)}]`
    })
    .join('')

// ---------------------------------------------------------------- defaults

/** Evaluates every default once, so that one that cannot work is refused with its definition (spec/schema.md §7.4). */
export function tryDefaults(write: NativeWrite, operation: Operation): Eventual<void> {
  const defaults = members(write.after?.fields ?? new Map(), 'fields').flatMap(([name, f]) => {
    const text = textField(f, 'default')
    const parsed = text === undefined ? undefined : defaultExpr(name, text)
    return parsed?.ok ? [[name, parsed.value] as const] : []
  })
  return eachIndex(defaults.length, (i) => tryDefault(write, operation, ...(defaults[i] as [string, Expr])))
}

function tryDefault(write: NativeWrite, operation: Operation, name: string, expr: Expr): Eventual<void> {
  return andThen(evaluateDefault(write.ctx, operation, expr, [name]), () => undefined)
}
