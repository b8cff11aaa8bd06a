/**
 * Validation of documents of `Collection` on each write (spec/schema.md §4.1, §4.4, §4.5, §6.4). Names and aliases, which
 * need the other documents, are not looked at here.
 */
import { renderAll } from '#src/fql/errors/render.ts'
import { type ParseResult, parseExpr, parseLambda, parsePath } from '#src/fql/syntax/parser.ts'
import { isIdentifier } from '#src/fql/syntax/print.ts'
import type { Source } from '#src/fql/syntax/span.ts'
import type { LambdaExpr } from '#src/fql/syntax/tree.ts'
import { parseType } from '#src/fql/syntax/type-parser.ts'
import { isArray, isNull, ObjectValue, type Value } from '#src/fql/values/value.ts'
import { checkFields, type Path, toFailure } from '../enforce/failures.ts'
import { type StoredObject, storedType } from '../enforce/stored-type.ts'
import { parseFieldType } from '../fsl/field-type.ts'
import { printPath } from '../fsl/print.ts'
import { isCollectionMember, isSpecialFieldName } from './names.ts'
import { parseStoredPath } from './stored-path.ts'
import type { DocumentFields } from './to-document.ts'

/** One failure; `paths` of the write's answer has just this path. */
export interface DocumentFailure {
  readonly path: Path
  readonly message: string
}

/**
 * What is wrong with the fields of a collection document. `before` is the document that it replaces or updates: values
 * that only the server sets may stay as they were.
 */
export const collectionDocumentFailures = (
  fields: DocumentFields,
  before: DocumentFields | undefined,
): DocumentFailure[] => {
  const alone = [...fields].flatMap(([name, value]) => fieldFailures(name, value, before))
  return alone.length > 0 ? alone : acrossFields(fields)
}

const fieldFailures = (name: string, value: Value, before: DocumentFields | undefined): DocumentFailure[] => {
  if (!shape().fields.has(name)) return []
  const shaped = checkFields(shape(), (field) => [field], new Map([[name, value]]))
    .map(toFailure)
    .map(({ paths: [path = []], message }) => ({ path, message: isStatus(path) ? READONLY : message }))
    .filter(({ path }) => path[0] === name)
  return shaped.length > 0 || isNull(value)
    ? shaped
    : (VALIDATORS.get(name)?.(value, before?.get(name)) ?? [])
}

// ---------------------------------------------------------------- types

const TERM = '{ field: String, mva: Boolean? }'
const VALUE = '{ field: String, order: "asc" | "desc" | Null, mva: Boolean? }'
const BUILD = 'status: "building" | "complete" | "failed" | Null, queryable: Boolean?'
const INDEX = [
  `{ terms: Array<${TERM}>, ${BUILD} }`,
  `{ values: Array<${VALUE}>, ${BUILD} }`,
  `{ terms: Array<${TERM}>, values: Array<${VALUE}>, ${BUILD} }`,
].join(' | ')
const CONSTRAINT = `{ check: { name: String, body: String } } | { unique: Array<String> | Array<${TERM}>, status: String? }`
const MIGRATION = [
  '{ backfill: { field: String, value: String } }',
  '{ drop: { field: String } }',
  '{ split: { field: String, to: Array<String> } }',
  '{ move: { field: String, to: String } }',
  '{ add: { field: String } }',
  '{ move_conflicts: { into: String } }',
  '{ move_wildcard: { into: String } }',
  '{ add_wildcard: {} }',
].join(' | ')
const COLLECTION = `{
  computed_fields: { *: { body: String, signature: String? } }?,
  fields: { *: { signature: String, default: String? } }?,
  migrations: Array<${MIGRATION}>?,
  wildcard: String?,
  history_days: Long?,
  ttl_days: Long?,
  document_ttls: Boolean?,
  indexes: { *: ${INDEX} }?,
  constraints: Array<${CONSTRAINT}>?
}`

let parsedShape: StoredObject | undefined

/** Parsed when first needed: starting is quicker without. */
const shape = (): StoredObject => {
  parsedShape ??= parseShape()
  return parsedShape
}

const parseShape = (): StoredObject => {
  const parsed = parseType({ name: '*Collection*', text: COLLECTION })
  const type = parsed.ok ? storedType(parsed.value, () => undefined) : undefined
  if (type?.kind !== 'object') throw new Error('the type of collection documents does not parse')
  return type
}

// ---------------------------------------------------------------- fields

type Validator = (value: Value, before: Value | undefined) => DocumentFailure[]

const fail = (path: Path, message: string): DocumentFailure[] => [{ path, message }]

const entries = (value: Value | undefined): [string, Value][] =>
  value instanceof ObjectValue ? [...value.fields].filter(([, v]) => !isNull(v)) : []

const elements = (value: Value | undefined): readonly Value[] =>
  value !== undefined && isArray(value) ? value : []

const get = (value: Value | undefined, name: string): Value | undefined => {
  const found = value instanceof ObjectValue ? value.fields.get(name) : undefined
  return found === undefined || isNull(found) ? undefined : found
}

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '')

const nonNegative =
  (name: string): Validator =>
  (value) =>
    (typeof value === 'number' || typeof value === 'bigint') && value < 0
      ? fail([name], 'Non-negative value required.')
      : []

const VALIDATORS: ReadonlyMap<string, Validator> = new Map<string, Validator>([
  ['fields', (value) => [...definedFields(value), ...memberNames('fields', value, isSpecialFieldName)]],
  [
    'computed_fields',
    (value) => [...computedFields(value), ...memberNames('computed_fields', value, isSpecialFieldName)],
  ],
  ['wildcard', (value) => typeFailures(['wildcard'], value, parseType)],
  ['history_days', nonNegative('history_days')],
  ['ttl_days', nonNegative('ttl_days')],
  [
    'indexes',
    (value, before) => [...indexes(value, before), ...memberNames('indexes', value, isCollectionMember)],
  ],
  [
    'constraints',
    (value, before) => elements(value).flatMap((c, i) => constraint(c, elements(before)[i], i)),
  ],
  ['migrations', (value) => elements(value).flatMap(migration)],
])

const memberNames = (
  container: string,
  value: Value,
  isReserved: (name: string) => boolean,
): DocumentFailure[] =>
  entries(value).flatMap(([name]) => {
    if (!isIdentifier(name)) return fail([container], 'Invalid identifier.')
    return isReserved(name) ? fail([container], `The name '${name}' is reserved.`) : []
  })

const definedFields = (value: Value): DocumentFailure[] =>
  entries(value).flatMap(([name, field]) => [
    ...typeFailures(['fields', name, 'signature'], get(field, 'signature'), parseFieldType),
    ...defaultFailures(name, get(field, 'default')),
  ])

const defaultFailures = (name: string, value: Value | undefined): DocumentFailure[] => {
  if (typeof value !== 'string') return []
  const parsed = parseExpr({ name: `*field:${name}*`, text: value })
  return parsed.ok ? [] : fail([name], `Default field evaluation failed.\n${renderAll(parsed.errors)}`)
}

const computedFields = (value: Value): DocumentFailure[] =>
  entries(value).flatMap(([name, field]) => [
    ...lambdaFailures(['computed_fields', name, 'body'], get(field, 'body')),
    ...typeFailures(['computed_fields', name, 'signature'], get(field, 'signature'), parseType),
  ])

// ---------------------------------------------------------------- source texts

/** The source is named after the last step of the path. */
const sourceOf = (path: Path, value: string): Source => ({ name: `*${path.at(-1)}*`, text: value })

const typeFailures = (
  path: Path,
  value: Value | undefined,
  parse: (source: Source) => ParseResult<unknown>,
): DocumentFailure[] => {
  if (typeof value !== 'string') return []
  const parsed = parse(sourceOf(path, value))
  return parsed.ok ? [] : fail(path, `Failed parsing user-provided signature.\n${renderAll(parsed.errors)}`)
}

const unparsed = (path: Path, parsed: ParseResult<unknown>): DocumentFailure[] =>
  parsed.ok ? [] : fail(path, `Unable to parse FQL source code.\n${renderAll(parsed.errors)}`)

/** A lambda of one parameter. */
const lambdaFailures = (path: Path, value: Value | undefined): DocumentFailure[] => {
  if (typeof value !== 'string') return []
  const parsed = parseLambda(sourceOf(path, value), { short: true })
  if (!parsed.ok) return unparsed(path, parsed)
  const count = parameters(parsed.value)
  if (count === 1) return []
  const defined = `the function was defined with ${count} arguments`
  return fail(path, `Invalid function arity. Expected exactly 1 argument, but ${defined}`)
}

const parameters = (lambda: LambdaExpr): number => (lambda.short ? 1 : lambda.params.length)

// ---------------------------------------------------------------- indexes, constraints

const READONLY = 'Failed to update field because it is readonly'

/** Of an index or a unique constraint: whatever is given for it, it may not be. */
const isStatus = (path: Path): boolean => path.length === 3 && path[2] === 'status'

const unchangedStatus = (path: Path, after: Value, before: Value | undefined): DocumentFailure[] => {
  const status = get(after, 'status')
  return status === undefined || status === get(before, 'status') ? [] : fail([...path, 'status'], READONLY)
}

const indexes = (value: Value, before: Value | undefined): DocumentFailure[] =>
  entries(value).flatMap(([name, index]) => {
    const path = ['indexes', name]
    return [
      ...unchangedStatus(path, index, get(before, name)),
      ...elements(get(index, 'terms')).flatMap((t, i) =>
        indexPath([...path, 'terms', i, 'field'], t, NOT_AS_TERM),
      ),
      ...elements(get(index, 'values')).flatMap((v, i) =>
        indexPath([...path, 'values', i, 'field'], v, NOT_AS_VALUE),
      ),
    ]
  })

const NOT_AS_TERM: ReadonlyMap<string, string> = new Map([
  [
    'id',
    '`id` is not supported as an index term, use the native byId method to look up a document by its id.',
  ],
  ['coll', '`coll` is not supported as an index term.'],
  ['ts', '`ts` may only be used as an index value, not as an index term.'],
])
const NOT_AS_VALUE: ReadonlyMap<string, string> = new Map([
  ['coll', '`coll` is not supported as a specified index value.'],
])
const NOT_AS_UNIQUE: ReadonlyMap<string, string> = new Map(
  ['id', 'coll', 'ts'].map((name) => [name, `\`${name}\` is not supported as a unique constraint value.`]),
)

const indexPath = (path: Path, term: Value, refused: ReadonlyMap<string, string>): DocumentFailure[] =>
  pathFailures(path, text(get(term, 'field')), refused)

const pathFailures = (path: Path, value: string, refused: ReadonlyMap<string, string>): DocumentFailure[] => {
  if (value === '') return fail(path, 'Value cannot be empty.')
  const parsed = parsePath({ name: '*path*', text: value })
  if (!parsed.ok) return fail(path, `Value \`${value}\` is not a valid FQL path expression.`)
  const message = refused.get(String(parsed.value[0]))
  return message === undefined ? [] : fail(path, message)
}

const constraint = (value: Value, before: Value | undefined, i: number): DocumentFailure[] => {
  const check = get(value, 'check')
  return check === undefined ? unique(value, before, i) : checkConstraint(check, i)
}

const checkConstraint = (check: Value, i: number): DocumentFailure[] => {
  const path = ['constraints', i, 'check']
  const name = text(get(check, 'name'))
  const named = isIdentifier(name) && name !== '_' ? [] : fail([...path, 'name'], 'Invalid identifier.')
  return [...named, ...lambdaFailures([...path, 'body'], get(check, 'body'))]
}

const unique = (value: Value, before: Value | undefined, i: number): DocumentFailure[] => {
  const path = ['constraints', i]
  const terms = elements(get(value, 'unique')).map(termText)
  return [
    ...unchangedStatus(path, value, before),
    ...terms.flatMap((term) => pathFailures([...path, 'unique'], term, NOT_AS_UNIQUE)),
  ]
}

const termText = (term: Value): string => text(typeof term === 'string' ? term : get(term, 'field'))

// ---------------------------------------------------------------- migrations

const migration = (statement: Value, i: number): DocumentFailure[] =>
  entries(statement).flatMap(([kind, fields]) => [
    ...entries(fields).flatMap(([name, value]) =>
      name === 'value' ? [] : migrationPaths(['migrations', i, kind, name], value),
    ),
    ...backfillValue(['migrations', i, kind, 'value'], get(fields, 'value')),
  ])

const migrationPaths = (path: Path, value: Value): DocumentFailure[] =>
  isArray(value)
    ? value.flatMap((v, i) => pathFailures([...path, i], text(v), new Map()))
    : pathFailures(path, text(value), new Map())

const backfillValue = (path: Path, value: Value | undefined): DocumentFailure[] =>
  typeof value === 'string' ? unparsed(path, parseExpr(sourceOf(path, value))) : []

// ---------------------------------------------------------------- several fields together

const acrossFields = (fields: DocumentFields): DocumentFailure[] => [
  ...duplicateChecks(fields),
  ...duplicateUniques(fields),
  ...collidingNames(fields),
]

const constraintsOf = (fields: DocumentFields, kind: 'check' | 'unique'): Value[] =>
  elements(fields.get('constraints')).flatMap((c) => get(c, kind) ?? [])

const duplicateChecks = (fields: DocumentFields): DocumentFailure[] =>
  repeated(constraintsOf(fields, 'check').map((c) => text(get(c, 'name')))).flatMap((name) =>
    fail(['constraints'], `Duplicate check constraint name '${name}'`),
  )

/** Spelling of the paths and `mva` do not matter, their order does. */
const duplicateUniques = (fields: DocumentFields): DocumentFailure[] => {
  const lists = elements(fields.get('constraints'))
    .map((c) => get(c, 'unique'))
    .filter((u) => u !== undefined)
    .map((u) => elements(u).map((term) => printPath(parseStoredPath(termText(term)))))
  const empty = lists.some((list) => list.length === 0)
  return [
    ...(empty ? fail(['constraints'], 'Unique constraints must have at least one term') : []),
    ...repeated(lists.map((list) => `[${list.join(', ')}]`)).flatMap((list) =>
      fail(['constraints'], `Duplicate unique constraint on path ${list}`),
    ),
  ]
}

const collidingNames = (fields: DocumentFields): DocumentFailure[] => {
  const defined = new Set(entries(fields.get('fields')).map(([name]) => name))
  return entries(fields.get('computed_fields')).flatMap(([name]) =>
    defined.has(name)
      ? fail(['computed_fields'], `Computed field '${name}' collides with a defined field`)
      : [],
  )
}

/** What occurs more than once, each once. */
const repeated = (texts: readonly string[]): string[] =>
  [...Map.groupBy(texts, (t) => t)].filter(([, group]) => group.length > 1).map(([t]) => t)
