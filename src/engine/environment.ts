/** `/environment/1` (protocol §10): the types that queries are checked against, for editors. */
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { DatabaseSchema } from '#src/data/database-schema.ts'
import type { TypeShape } from '#src/fql/types/environment.ts'
import { printType } from '#src/fql/types/print.ts'
import { mapLeaves } from '#src/fql/types/substitute.ts'
import type { Type } from '#src/fql/types/type.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'
import type { Reply } from './service.ts'
import { BUILT_IN_TYPES } from './typing/built-in-types.ts'
import { firstTypesOf, typesOf } from './typing/schema-types.ts'

/** The global id of a login's database as text. */
export const globalIdOf = (host: DatabaseHost): string => encodeGlobalId(host.schema.database)

/** Errors of this endpoint stand at the top level. */
export const environmentError = (status: number, code: string, message: string): Reply => ({
  status,
  body: JSON.stringify({ code, message }),
})

/** More collections or functions than these are left out. */
const MAX_RESOURCES = 1000

/** The reply's JSON text. */
export function environmentJson(schema: DatabaseSchema): string {
  const { collections, functions } = schema.documents
  const truncated = [
    ...(collections.length > MAX_RESOURCES ? ['collection'] : []),
    ...(functions.length > MAX_RESOURCES ? ['function'] : []),
  ]
  const env = truncated.length > 0 ? firstTypesOf(schema, MAX_RESOURCES) : typesOf(schema)
  const globals = texts(env.globalNames(), (name) => env.global(name))
  const shapes = [...env.shapes()].map((s) => [s.name, describe(s)] as const)
  const types = new Map([...shapes, ...FIXED])
  const environment = {
    globals,
    types: sorted(types),
    ...(truncated.length > 0 && { truncated_resources: truncated }),
  }
  return JSON.stringify({ schema_version: schema.version, environment })
}

/** `SHAPE` of protocol §10. */
function describe(shape: TypeShape): Record<string, unknown> {
  const { name, params, alias, access, apply } = shape
  const self = params.length > 0 ? `<${params.join(', ')}> ${name}<${params.join(', ')}>` : name
  const fields = texts(shape.memberNames, (member) => shape.member(member))
  if (name === 'Array' || name === 'Set') fields.order = `${ORDER}${name}<A>`
  const ops = operatorsOf(name)
  const hint = hintOf(shape)
  return {
    self: SELF.get(name) ?? self,
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(ops && { ops }),
    ...(apply && { apply: schemeText(apply) }),
    ...(access && { access: schemeText(nameless(access)) }),
    ...(alias && { alias: schemeText(alias) }),
    ...(hint && { type_hint: hint }),
    ...DIFFERENT.get(name),
  }
}

function hintOf({ name, role }: TypeShape): string | undefined {
  const builtIn = BUILT_IN_TYPES.shape(name) !== undefined
  if (role === 'collection') return builtIn ? 'server_collection' : 'user_collection'
  return builtIn && name.endsWith('Module') ? 'module' : undefined
}

/** Numbers are all checked as `Number`. */
const SELF: ReadonlyMap<string, string> = new Map(
  ['Int', 'Long', 'Double', 'Float'].map((name) => [name, 'Number'] as const),
)

/** What the checker knows in another way than editors are told. */
const FIXED: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['object', { self: '{ *: Any }', access: 'String => Any' }],
]
const DIFFERENT: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map([
  ['Null', { access: 'Any => Never' }],
  ['UserFunction', { alias: undefined, apply: '<A> A' }],
])
/** One type for all ways to give an order. */
const ORDER = '<A> (ordering: ...(A => Any) & {}) => '

const NUMBER_OPERATORS = {
  ...Object.fromEntries(['%', '&', '*'].map((op) => [op, '(other: Number) => Number'])),
  '**': '(exponent: Number) => Number',
  '-': '((other: Number) => Number) & (() => Number)',
  ...Object.fromEntries(['/', '^', '|'].map((op) => [op, '(other: Number) => Number'])),
  '~': '() => Number',
}
const BOOLEAN_OPERATORS = {
  '!': '() => Boolean',
  '&&': '(other: Boolean) => Boolean',
  '||': '(other: Boolean) => Boolean',
}
const NUMBERS: ReadonlySet<string> = new Set(['Int', 'Long', 'Double', 'Float', 'Number'])

/** Operators but those that every value has, and `+`. */
const operatorsOf = (name: string): Readonly<Record<string, string>> | undefined =>
  NUMBERS.has(name) ? NUMBER_OPERATORS : name === 'Boolean' ? BOOLEAN_OPERATORS : undefined

function texts(names: Iterable<string>, type: (name: string) => Type | undefined): Record<string, string> {
  const found = new Map<string, string>()
  for (const name of names) {
    const t = type(name)
    if (t) found.set(name, schemeText(t))
  }
  return sorted(found)
}

/** A type with its generic parameters before it. */
function schemeText(type: Type): string {
  const names = genericNames(type)
  return names.length === 0 ? printType(type) : `<${names.join(', ')}> ${printType(type)}`
}

/** The function with unnamed parameters. */
const nameless = (type: Type): Type =>
  type.kind === 'function'
    ? { ...type, params: type.params.map((p) => ({ name: undefined, type: p.type })) }
    : type

function genericNames(type: Type): string[] {
  const names = new Set<string>()
  mapLeaves(type, (leaf) => {
    if (leaf.kind === 'parameter') names.add(leaf.name)
    return leaf
  })
  return [...names].sort()
}

const sorted = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
