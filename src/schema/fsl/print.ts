/**
 * The canonical text of schema items and their parts (spec/schema.md §3). Items end with a newline, parts do not.
 */

import { isIdentifier, printExpr, printString, printType } from '#src/fql/syntax/print.ts'
import type { BlockExpr, LambdaExpr, Name } from '#src/fql/syntax/tree.ts'
import type {
  AccessProviderItem,
  Action,
  Annotation,
  Check,
  CollectionItem,
  Field,
  FunctionItem,
  Index,
  IndexTerm,
  IndexValue,
  Membership,
  MigrationBlock,
  MigrationStatement,
  Param,
  Predicate,
  Privilege,
  ProviderRole,
  RoleItem,
  SchemaItem,
  Signature,
  Unique,
} from '../model/items.ts'
import { DEFAULT_HISTORY_DAYS } from '../model/items.ts'
import type { FieldPath } from '../model/path.ts'

const INDENT = '  '

/** Shifts every line after the first one level to the right. Canonical text has no raw newline inside a string. */
const indentRest = (text: string): string => text.replaceAll('\n', `\n${INDENT}`)

/** `{ … }` with one member a line; empty blocks take two lines as well. */
const block = (members: readonly string[]): string =>
  `{\n${members.map((m) => `${INDENT}${indentRest(m)}\n`).join('')}}`

export const printName = (name: string): string => (isIdentifier(name) ? name : printString(name))

export const printPath = (path: FieldPath): string =>
  path.elements
    .map(({ key }, i) => {
      if (typeof key === 'string' && isIdentifier(key)) return `.${key}`
      const bracket = `[${typeof key === 'string' ? printString(key) : key}]`
      return i === 0 ? `.${bracket}` : bracket
    })
    .join('')

export const printItem = (item: SchemaItem): string => `${annotations(item)}${itemBody(item)}\n`

const annotations = (item: SchemaItem): string =>
  annotationsOf(item)
    .map((a) => `${printAnnotation(a)}\n`)
    .join('')

/** In canonical order: alias before role. */
export const annotationsOf = (item: SchemaItem): Annotation[] => {
  const alias = 'alias' in item ? item.alias : undefined
  const role = 'role' in item ? item.role : undefined
  return [alias, role].filter((a) => a !== undefined)
}

export const printAnnotation = (a: Annotation): string => `@${a.kind}(${printName(a.value.text)})`

const itemBody = (item: SchemaItem): string => {
  const head = `${item.kind} ${printName(item.name.text)}`
  switch (item.kind) {
    case 'collection':
      return `${head} ${block(collectionMembers(item))}`
    case 'function':
      return `${head}${printSignature(item.signature)} ${printExpr(item.body)}`
    case 'role':
      return `${head} ${block(roleMembers(item))}`
    case 'access provider':
      return `${head} ${block(providerMembers(item))}`
  }
}

const collectionMembers = (c: CollectionItem): string[] => [
  ...c.fields.map(printField),
  ...c.indexes.map(printIndex),
  ...c.uniques.map(printUnique),
  ...c.checks.map(printCheck),
  ...(c.historyDays && c.historyDays.value !== DEFAULT_HISTORY_DAYS
    ? [`history_days ${c.historyDays.value}`]
    : []),
  ...(c.ttlDays ? [`ttl_days ${c.ttlDays.value}`] : []),
  ...(c.documentTtls ? [`document_ttls ${c.documentTtls.value}`] : []),
  ...(c.migrations ? [printMigrations(c.migrations)] : []),
]

const roleMembers = (r: RoleItem): string[] => [
  ...r.privileges.map(printPrivilege),
  ...r.membership.map(printMembership),
]

const providerMembers = (p: AccessProviderItem): string[] => [
  `issuer ${printString(p.issuer.value)}`,
  `jwks_uri ${printString(p.jwksUri.value)}`,
  ...p.roles.map(printProviderRole),
]

// ---------------------------------------------------------------- members of collections

export const printField = (f: Field): string => {
  switch (f.kind) {
    case 'defined':
      return `${f.name.text}: ${printType(f.type)}${f.default ? ` = ${printExpr(f.default)}` : ''}`
    case 'computed':
      return `compute ${f.name.text}${f.type ? `: ${printType(f.type)}` : ''} = ${printLambda(f.body)}`
    case 'wildcard':
      return `*: ${printType(f.type)}`
  }
}

/** A lambda that can stand alone: short ones in parentheses. */
export const printLambda = (lambda: LambdaExpr): string =>
  lambda.short ? `(${printExpr(lambda)})` : printExpr(lambda)

export const printIndex = (index: Index): string => `index ${index.name.text} ${printIndexBlock(index)}`

const printIndexBlock = (index: Index): string =>
  block([
    ...(index.terms ? [`terms ${printList(index.terms.items, printTerm)}`] : []),
    ...(index.values ? [`values ${printList(index.values.items, printValue)}`] : []),
  ])

export const printList = <T>(items: readonly T[], print: (item: T) => string): string =>
  `[${items.map(print).join(', ')}]`

export const printTerm = (t: IndexTerm): string => (t.mva ? `mva(${printPath(t.path)})` : printPath(t.path))

export const printValue = (v: IndexValue): string =>
  v.order === 'desc' ? `desc(${printTerm(v)})` : printTerm(v)

export const printUnique = (u: Unique): string => `unique ${printList(u.items, printTerm)}`

export const printCheckBody = (body: LambdaExpr): string => `(${printExpr(body)})`

export const printCheck = (c: Check): string => `check ${c.name.text} ${printCheckBody(c.body)}`

export const printMigrations = (m: MigrationBlock): string =>
  `migrations ${block(m.statements.map(printStatement))}`

export const printStatement = (s: MigrationStatement): string => {
  switch (s.kind) {
    case 'add':
    case 'drop':
      return `${s.kind} ${printPath(s.field)}`
    case 'move':
      return `move ${printPath(s.field)} -> ${printPath(s.to)}`
    case 'split':
      return `split ${printPath(s.field)} -> ${s.to.map(printPath).join(', ')}`
    case 'backfill':
      return `backfill ${printPath(s.field)} = ${printExpr(s.value)}`
    case 'move_conflicts':
    case 'move_wildcard':
      return `${s.kind} ${printPath(s.into)}`
    case 'add_wildcard':
      return s.kind
  }
}

// ---------------------------------------------------------------- roles, access providers

const withPredicate = (head: string, predicate: Predicate | undefined): string =>
  predicate ? `${head} ${printPredicate(predicate)}` : head

export const printPredicate = (p: Predicate): string => block([`predicate (${printExpr(p.body)})`])

export const printPrivilege = (p: Privilege): string =>
  `privileges ${printName(p.resource.text)} ${block(p.actions.map(printAction))}`

export const printAction = (a: Action): string => withPredicate(a.action, a.predicate)

export const printMembership = (m: Membership): string =>
  withPredicate(`membership ${printName(m.resource.text)}`, m.predicate)

export const printProviderRole = (r: ProviderRole): string =>
  withPredicate(`role ${printName(r.role.text)}`, r.predicate)

// ---------------------------------------------------------------- functions

export const printSignature = (s: Signature): string =>
  `(${s.params.map(printParam).join(', ')})${s.result ? `: ${printType(s.result)}` : ''}`

const printParam = (p: Param): string =>
  `${p.variadic ? '...' : ''}${p.name.text}${p.type ? `: ${printType(p.type)}` : ''}`

/** The `body` of a function document: `(a, ...b) => { … }`. */
export const printFunctionBody = (f: FunctionItem): string =>
  `${lambdaHead(f.signature.params)} => ${printExpr(f.body)}`

const lambdaHead = (params: readonly Param[]): string =>
  `(${params.map((p) => `${p.variadic ? '...' : ''}${p.name.text}`).join(', ')})`

/** The `signature` of a function document, `(a: Int, b: ...Int) => Int`; undefined unless fully typed. */
export const printFunctionType = ({ params, result }: Signature): string | undefined => {
  if (result === undefined || params.some((p) => p.type === undefined)) return undefined
  const list = params.map(({ name, type, variadic }) => functionTypeParam(name, variadic, printType(type!)))
  return `(${list.join(', ')}) => ${printType(result)}`
}

const functionTypeParam = (name: Name, variadic: boolean, type: string): string =>
  `${name.text}: ${variadic ? '...' : ''}${type}`

/** Statements one a line in braces. */
export const printBlock = (body: BlockExpr): string => printExpr(body)
