/** Second pass over FSL: from raw nodes to schema items, all mistakes of a file together (spec/schema.md §2). */
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { isIdentifier } from '#src/fql/syntax/print.ts'
import { join, type Span } from '#src/fql/syntax/span.ts'
import type { Expr, LambdaExpr, Name } from '#src/fql/syntax/tree.ts'
import type {
  AccessProviderItem,
  Action,
  ActionName,
  Annotation,
  Check,
  CollectionItem,
  Field,
  FunctionItem,
  Index,
  IndexTerm,
  IndexValue,
  ListMember,
  Membership,
  MigrationBlock,
  MigrationStatement,
  Predicate,
  Privilege,
  ProviderRole,
  RoleItem,
  SchemaItem,
  Setting,
  Unique,
} from '../model/items.ts'
import { ACTIONS } from '../model/items.ts'
import { isSpecialFieldName } from '../model/names.ts'
import type { FieldPath } from '../model/path.ts'
import { checkDefaults, refuseDefaults } from './default-values.ts'
import { DuplicateNames, DuplicateUniques, Once } from './duplicates.ts'
import { indexTerm, indexValue } from './index-paths.ts'
import type { BlockNode, ExprNode, FieldNode, FunctionNode, Node, NodeValue } from './nodes.ts'
import { printPath } from './print.ts'
import { Report } from './report.ts'

/** The items of a file, and what is wrong with it: only without diagnostics are the items complete. */
export interface Converted {
  readonly items: readonly SchemaItem[]
  readonly diagnostics: readonly Diagnostic[]
}

export const convertNodes = (nodes: readonly Node[]): Converted => {
  const report = new Report()
  const names = {
    global: new DuplicateNames(report, 'collection or function'),
    role: new DuplicateNames(report, 'role'),
    provider: new DuplicateNames(report, 'access provider'),
    collections: new Set(nodes.filter((n) => n.keyword.text === 'collection').map((n) => n.name?.text)),
  }
  const items = nodes.map((node) => item(node, names, report)).filter((i) => i !== undefined)
  return { items, diagnostics: report.diagnostics }
}

interface Names {
  readonly global: DuplicateNames
  readonly role: DuplicateNames
  readonly provider: DuplicateNames
  /** Names of the collections of the file. */
  readonly collections: ReadonlySet<string | undefined>
}

const item = (node: Node, names: Names, report: Report): SchemaItem | undefined => {
  if (node.value?.kind !== 'field') {
    switch (node.keyword.text) {
      case 'collection':
        return collection(node, names, report)
      case 'function':
        return functionItem(node, names, report)
      case 'role':
        return role(node, names, report)
      case 'access provider':
        return accessProvider(node, names, report)
    }
  }
  return report.error(`Invalid schema item \`${wordOf(node)}\``, node.keyword.span)
}

/** Fields have no keyword of their own; in messages they go by the word `field`. */
const wordOf = (node: Node): string => (node.value?.kind === 'field' ? 'field' : node.keyword.text)

// ---------------------------------------------------------------- parts that many items have

const required = (value: NodeValue | undefined, span: Span, report: Report): NodeValue | undefined =>
  value ?? report.error('Missing required value', span)

const named = (node: Node, report: Report): Name | undefined =>
  node.name ?? report.error('Missing required name', node.keyword.span)

const identifier = (name: Name | undefined, where: Span, report: Report): Name | undefined => {
  if (name === undefined) return report.error('Missing required name', where)
  return isIdentifier(name.text) ? name : report.error(`Invalid identifier \`${name.text}\``, name.span)
}

const asBlock = (value: NodeValue, report: Report): BlockNode | undefined =>
  value.kind === 'block' ? value : report.error('Expected a block', value.span)

const requiredBlock = (node: Node, report: Report): BlockNode | undefined => {
  const value = required(node.value, node.span, report)
  return value && asBlock(value, report)
}

const noName = (node: Node, report: Report): void => {
  if (node.name !== undefined) report.error('Name is not allowed here', node.name.span)
}

const noAnnotations = (node: Node, report: Report): void => {
  const first = node.annotations[0]
  if (first !== undefined) report.error('Annotations are not allowed here', first.span)
}

/** A member without name and annotations. */
const plain = (node: Node, report: Report): void => {
  noAnnotations(node, report)
  noName(node, report)
}

const onlyAnnotations = (node: Node, kinds: readonly Annotation['kind'][], report: Report): void => {
  for (const a of node.annotations) {
    if (!(kinds as readonly string[]).includes(a.keyword.text))
      report.error('Annotation not supported here', a.span)
  }
}

const annotation = (node: Node, kind: Annotation['kind'], report: Report): Annotation | undefined => {
  const [first, ...others] = node.annotations.filter((a) => a.keyword.text === kind)
  if (first === undefined) return undefined
  for (const a of others) report.duplicate(`Duplicate annotation \`${kind}\``, a.span, first.span)
  return { kind, value: first.value, span: first.span }
}

const ofItem = (node: Node, name: Name) => ({ name, span: node.span, doc: node.doc })

// ---------------------------------------------------------------- collections

const collection = (node: Node, names: Names, report: Report): CollectionItem | undefined => {
  const name = named(node, report)
  if (name === undefined) return undefined
  onlyAnnotations(node, ['alias'], report)
  const alias = annotation(node, 'alias', report)
  names.global.check(name)
  if (alias) names.global.check(alias.value)
  const block = requiredBlock(node, report)
  if (block === undefined) return undefined
  const members = new CollectionMembers(report)
  for (const member of block.nodes) members.add(member)
  return { kind: 'collection', ...ofItem(node, name), alias, ...members.result() }
}

/** Collects the members of one collection. */
class CollectionMembers {
  readonly #report: Report
  readonly #indexNames: DuplicateNames
  readonly #checkNames: DuplicateNames
  readonly #fieldNames: DuplicateNames
  readonly #uniqueLists: DuplicateUniques
  readonly #once: Once
  readonly #fields: Field[] = []
  readonly #indexes: Index[] = []
  readonly #uniques: Unique[] = []
  readonly #checks: Check[] = []
  #historyDays: Setting<bigint> | undefined
  #ttlDays: Setting<bigint> | undefined
  #documentTtls: Setting<boolean> | undefined
  #migrations: MigrationBlock | undefined

  constructor(report: Report) {
    this.#report = report
    this.#indexNames = new DuplicateNames(report, 'index name')
    this.#checkNames = new DuplicateNames(report, 'check constraint name')
    this.#fieldNames = new DuplicateNames(report, 'field')
    this.#uniqueLists = new DuplicateUniques(report)
    this.#once = new Once(report)
  }

  add(node: Node): void {
    if (node.value?.kind === 'field') this.#field(node, node.value)
    else this.#member(node)
  }

  #member(node: Node): void {
    switch (node.keyword.text) {
      case 'index':
        this.#index(node)
        break
      case 'unique':
        this.#unique(node)
        break
      case 'check':
        this.#check(node)
        break
      case 'migrations':
        this.#migrationBlock(node)
        break
      case 'history_days':
        this.#historyDays = this.#setting(node, 'history days', wholeNumber) ?? this.#historyDays
        break
      case 'ttl_days':
        this.#ttlDays = this.#setting(node, 'ttl days', wholeNumber) ?? this.#ttlDays
        break
      case 'document_ttls':
        this.#documentTtls = this.#setting(node, 'document TTLs', flag) ?? this.#documentTtls
        break
      default:
        this.#report.error(`Invalid field or member \`${node.keyword.text}\``, node.keyword.span)
    }
  }

  result() {
    return {
      fields: this.#fields,
      indexes: this.#indexes,
      uniques: this.#uniques,
      checks: this.#checks,
      historyDays: this.#historyDays,
      ttlDays: this.#ttlDays,
      documentTtls: this.#documentTtls,
      migrations: this.#migrations,
    }
  }

  #field(node: Node, value: FieldNode): void {
    noAnnotations(node, this.#report)
    const name = fieldName(node, value, this.#report)
    if (name === undefined) return
    this.#fieldNames.check(name)
    const field = fieldItem(node, name, value, this.#report)
    if (field) this.#fields.push(field)
  }

  #index(node: Node): void {
    noAnnotations(node, this.#report)
    const name = identifier(node.name, node.keyword.span, this.#report)
    if (name === undefined) return
    this.#indexNames.check(name)
    const block = requiredBlock(node, this.#report)
    if (block === undefined) return
    const lists = indexMembers(block.nodes, this.#report)
    this.#indexes.push({ name, ...lists, blockSpan: block.span, span: node.span })
  }

  #unique(node: Node): void {
    plain(node, this.#report)
    const value = required(node.value, node.span, this.#report)
    const terms = value && indexTerms(value, node.span, this.#report)
    if (value === undefined) return
    if (terms === undefined || terms === 'invalid') {
      this.#report.error('Expected non-empty terms for a unique constraint', value.span)
      return
    }
    this.#uniqueLists.check(terms)
    this.#uniques.push(terms)
  }

  #check(node: Node): void {
    noAnnotations(node, this.#report)
    const name = identifier(node.name, node.keyword.span, this.#report)
    if (name === undefined) return
    this.#checkNames.check(name)
    const value = required(node.value, node.span, this.#report)
    const body = value && checkBody(value, this.#report)
    if (body) this.#checks.push({ name, body, bodySpan: value.span, span: node.span })
  }

  #migrationBlock(node: Node): void {
    noAnnotations(node, this.#report)
    this.#once.check('migration block', node.span)
    const value = required(node.value, node.span, this.#report)
    if (value === undefined) return
    noName(node, this.#report)
    this.#migrations = migrations(value, node.span, this.#report) ?? this.#migrations
  }

  #setting<T>(
    node: Node,
    what: string,
    read: (v: NodeValue, r: Report) => T | undefined,
  ): Setting<T> | undefined {
    plain(node, this.#report)
    this.#once.check(what, node.span)
    return setting(node, read, this.#report)
  }
}

const setting = <T>(
  node: Node,
  read: (v: NodeValue, r: Report) => T | undefined,
  report: Report,
): Setting<T> | undefined => {
  const literal = required(node.value, node.span, report)
  const value = literal && read(literal, report)
  return literal === undefined || value === undefined
    ? undefined
    : { value, valueSpan: literal.span, span: node.span }
}

const wholeNumber = (value: NodeValue, report: Report): bigint | undefined =>
  value.kind === 'expr' && value.expr.kind === 'int'
    ? BigInt.asIntN(64, value.expr.value)
    : report.error('Expected integer literal', value.span)

const flag = (value: NodeValue, report: Report): boolean | undefined =>
  value.kind === 'expr' && value.expr.kind === 'boolean'
    ? value.expr.value
    : report.error('Expected boolean literal', value.span)

const plainString = (value: NodeValue, report: Report): string | undefined => {
  if (value.kind !== 'expr') return report.error('Expected string literal', value.span)
  if (value.expr.kind === 'string') return value.expr.value
  if (value.expr.kind !== 'template') return report.error('Expected string literal', value.span)
  for (const part of value.expr.parts) {
    if (typeof part !== 'string') report.error('Cannot interpolate values in a string literal', part.span)
  }
  return undefined
}

// ---------------------------------------------------------------- fields

const fieldName = (node: Node, value: FieldNode, report: Report): Name | undefined => {
  const name = value.field === 'wildcard' ? node.name : identifier(node.name, node.span, report)
  if (name === undefined || !isSpecialFieldName(name.text)) return name
  return report.error(`Invalid reserved name \`${name.text}\``, name.span)
}

const fieldItem = (node: Node, name: Name, value: FieldNode, report: Report): Field | undefined => {
  switch (value.field) {
    case 'computed':
      return computedField(node, name, value, report)
    case 'defined':
      return definedField(node, name, value, report)
    case 'wildcard':
      return wildcardField(node, value, report)
  }
}

const computedField = (
  node: Node,
  name: Name,
  { type, value }: FieldNode,
  report: Report,
): Field | undefined => {
  if (value === undefined) return report.error('Computed fields require a value', node.keyword.span)
  const body = lambdaOf(value)
  if (body === undefined) return report.error('Expected lambda', value.span)
  if (type !== undefined) refuseDefaults(type, report.add)
  return { kind: 'computed', keyword: node.keyword.span, name, type, body, span: node.span }
}

/** A lambda, also in parentheses. */
const lambdaOf = (expr: Expr): LambdaExpr | undefined =>
  expr.kind === 'lambda' ? expr : lambdaInParens(expr)

const lambdaInParens = (expr: Expr): LambdaExpr | undefined => {
  if (expr.kind !== 'tuple' || expr.elements.length !== 1) return undefined
  const inner = expr.elements[0]!
  return inner.kind === 'lambda' ? inner : undefined
}

const definedField = (
  node: Node,
  name: Name,
  { type, value }: FieldNode,
  report: Report,
): Field | undefined => {
  if (type === undefined) return report.error('Expected a type signature', node.span)
  checkDefaults(type, value, report.add)
  return { kind: 'defined', name, type, default: value, span: node.span }
}

const wildcardField = (node: Node, { type, value }: FieldNode, report: Report): Field | undefined => {
  if (value !== undefined) return report.error('No default allowed for wildcard field', value.span)
  if (type === undefined) return report.error('Expected a field definition', node.span)
  refuseDefaults(type, report.add)
  return { kind: 'wildcard', type, span: node.span }
}

// ---------------------------------------------------------------- indexes, constraints

const indexMembers = (nodes: readonly Node[], report: Report): Pick<Index, 'terms' | 'values'> => {
  const once = new Once(report)
  let terms: ListMember<IndexTerm> | undefined
  let values: ListMember<IndexValue> | undefined
  for (const node of nodes) {
    if (node.value?.kind !== 'field' && (node.keyword.text === 'terms' || node.keyword.text === 'values')) {
      plain(node, report)
      once.check(`${node.keyword.text} definition`, node.span)
      const value = required(node.value, node.span, report)
      if (value === undefined) continue
      if (node.keyword.text === 'terms') terms = valid(indexTerms(value, node.span, report)) ?? terms
      else values = valid(indexValues(value, node.span, report)) ?? values
    } else report.error(`Invalid member \`${wordOf(node)}\``, node.keyword.span)
  }
  return { terms, values }
}

/** undefined: an empty list; `invalid`: no list at all, reported. */
type PathList<T> = ListMember<T> | undefined | 'invalid'

const valid = <T>(list: PathList<T>): ListMember<T> | undefined => (list === 'invalid' ? undefined : list)

const indexTerms = (value: NodeValue, span: Span, report: Report): PathList<IndexTerm> =>
  pathList(value, span, 'terms', (path) => indexTerm(path, report.add), report)

const indexValues = (value: NodeValue, span: Span, report: Report): PathList<IndexValue> =>
  pathList(value, span, 'values', (path) => indexValue(path, report.add), report)

const pathList = <T>(
  value: NodeValue,
  span: Span,
  what: string,
  read: (e: Expr) => T,
  report: Report,
): PathList<T> => {
  if (value.kind !== 'paths') {
    report.error(`Expected an array of ${what}`, value.span)
    return 'invalid'
  }
  const items = value.paths.map(read)
  return items.length > 0 ? { items, listSpan: value.span, span } : undefined
}

const checkBody = (value: NodeValue, report: Report): LambdaExpr | undefined => {
  if (value.kind !== 'expr') return report.error('Expected an expression literal', value.span)
  const body = lambdaInParens(value.expr)
  if (body !== undefined) return body
  const bare = value.expr.kind === 'lambda'
  return report.error(
    'Expected lambda check predicate',
    value.span,
    bare ? 'Check constraints require parenthesis around the lambda' : undefined,
  )
}

// ---------------------------------------------------------------- migrations

const migrations = (value: NodeValue, span: Span, report: Report): MigrationBlock | undefined => {
  if (value.kind !== 'block') return report.error('Expected a migration block', value.span)
  if (value.nodes.length === 0) return report.error('Empty migration blocks are not allowed', span)
  const statements = value.nodes.map((node) => migration(node, report)).filter((s) => s !== undefined)
  return { statements, span }
}

const migration = (node: Node, report: Report): MigrationStatement | undefined => {
  if (node.value === undefined) return report.error('Expected a migration', node.span)
  if (node.value.kind !== 'migration') {
    return report.error('Only migrations are allowed in migration blocks', node.value.span)
  }
  plain(node, report)
  const { statement } = node.value
  for (const path of pathsOf(statement)) checkPath(path, report)
  return statement.kind === 'split' ? checkSplit(statement, report) : statement
}

const pathsOf = (s: MigrationStatement): readonly FieldPath[] => {
  switch (s.kind) {
    case 'add':
    case 'drop':
    case 'backfill':
      return [s.field]
    case 'move':
      return [s.field, s.to]
    case 'split':
      return [s.field, ...s.to]
    case 'move_conflicts':
    case 'move_wildcard':
      return [s.into]
    case 'add_wildcard':
      return []
  }
}

const checkPath = (path: FieldPath, report: Report): void => {
  if (path.elements.length === 0) report.error('Field path cannot be empty', path.span)
  for (const element of path.elements) {
    if (typeof element.key === 'bigint') {
      report.error('Cannot index into an item in a migration path', element.span)
    }
  }
}

type Split = MigrationStatement & { kind: 'split' }

const checkSplit = (split: Split, report: Report): Split | undefined => {
  if (split.to.length < 2) return report.error('Expected at least two fields to split into', split.span)
  if (new Set(split.to.map(printPath)).size === split.to.length) return split
  const targets = join(split.to[0]!.span, split.to.at(-1)!.span)
  return report.error('Expected list of fields with no duplicates', targets)
}

// ---------------------------------------------------------------- functions

const functionItem = (node: Node, names: Names, report: Report): FunctionItem | undefined => {
  const name = named(node, report)
  if (name === undefined) return undefined
  onlyAnnotations(node, ['alias', 'role'], report)
  const alias = annotation(node, 'alias', report)
  checkFunctionName(name, alias, names)
  const value = required(node.value, node.span, report)
  if (value === undefined) return undefined
  if (value.kind !== 'function') return report.error('Expected a function definition', value.span)
  checkParamTypes(value, report)
  const { params, result, signatureSpan, body } = value
  const signature = { params, result, span: signatureSpan }
  const span = { ...node.span, end: body.span.end }
  return {
    kind: 'function',
    name,
    alias,
    role: annotation(node, 'role', report),
    signature,
    body,
    span,
    doc: node.doc,
  }
}

/** A function with an alias may be named like a collection of the file: names find the collection first. */
const checkFunctionName = (name: Name, alias: Annotation | undefined, names: Names): void => {
  const sharesName = alias !== undefined && names.global.has(name) && names.collections.has(name.text)
  if (!sharesName) names.global.check(name)
  if (alias) names.global.check(alias.value)
}

/** All parameters and the result have a type, or none of them. */
const checkParamTypes = ({ params, result, closeParen }: FunctionNode, report: Report): void => {
  const first = params[0]
  if (first === undefined) return
  const typed = first.type !== undefined
  const hint = typed
    ? { message: 'Expecting types due to this type annotation', span: first.type.span }
    : { message: 'Expecting no types due to this argument not having a type', span: first.name.span }
  for (const { name, type } of params) {
    if ((type !== undefined) !== typed) report.hinted('All or no arguments must have a type', name.span, hint)
  }
  if (typed && result === undefined) {
    report.hinted('Return type is required when arguments have a type', closeParen, hint)
  } else if (!typed && result !== undefined) {
    report.hinted('Return type is not allowed when arguments do not have a type', result.span, hint)
  }
}

// ---------------------------------------------------------------- roles

const role = (node: Node, names: Names, report: Report): RoleItem | undefined => {
  noAnnotations(node, report)
  const name = named(node, report)
  if (name === undefined) return undefined
  names.role.check(name)
  const block = requiredBlock(node, report)
  return block && { kind: 'role', ...ofItem(node, name), ...roleMembers(block.nodes, report) }
}

const roleMembers = (nodes: readonly Node[], report: Report): Pick<RoleItem, 'privileges' | 'membership'> => {
  const privilegeNames = new DuplicateNames(report, 'privileges')
  const membershipNames = new DuplicateNames(report, 'membership')
  const privileges: Privilege[] = []
  const members: Membership[] = []
  for (const node of nodes) {
    const keyword = node.value?.kind === 'field' ? undefined : node.keyword.text
    if (keyword === 'privileges') privileges.push(...privilege(node, privilegeNames, report))
    else if (keyword === 'membership') members.push(...membership(node, membershipNames, report))
    else report.error(`Invalid member \`${wordOf(node)}\``, node.keyword.span)
  }
  return { privileges, membership: members }
}

const privilege = (node: Node, names: DuplicateNames, report: Report): Privilege[] => {
  noAnnotations(node, report)
  const resource = named(node, report)
  if (resource === undefined) return []
  names.check(resource)
  const block = requiredBlock(node, report)
  if (block === undefined) return []
  return [{ resource, actions: actions(block.nodes, report), blockSpan: block.span, span: node.span }]
}

const actions = (nodes: readonly Node[], report: Report): Action[] => {
  const names = new DuplicateNames(report, 'action')
  return nodes.flatMap((node) => action(node, names, report))
}

const isAction = (word: string): word is ActionName => (ACTIONS as readonly string[]).includes(word)

const action = (node: Node, names: DuplicateNames, report: Report): Action[] => {
  plain(node, report)
  const word = wordOf(node)
  if (!isAction(word)) {
    report.error(`Invalid action \`${word}\``, node.keyword.span)
    return []
  }
  names.check(node.keyword)
  return [{ action: word, predicate: optionalPredicate(node, report), span: node.span }]
}

const membership = (node: Node, names: DuplicateNames, report: Report): Membership[] => {
  noAnnotations(node, report)
  const resource = named(node, report)
  if (resource === undefined) return []
  names.check(resource)
  return [{ resource, predicate: optionalPredicate(node, report), span: node.span }]
}

const optionalPredicate = (node: Node, report: Report): Predicate | undefined => {
  const block = node.value && asBlock(node.value, report)
  return block && predicate(block, report)
}

const predicate = (block: BlockNode, report: Report): Predicate | undefined => {
  if (block.nodes.length !== 1) return report.error('Expected a single predicate member', block.span)
  const node = block.nodes[0]!
  if (wordOf(node) !== 'predicate') return report.error('Expecting a predicate', node.span)
  plain(node, report)
  const value = required(node.value, node.span, report)
  const body = value && predicateBody(value, report)
  return body && { body, span: block.span }
}

const predicateBody = (value: NodeValue, report: Report): LambdaExpr | undefined => {
  if (!isExpr(value)) return report.error('Expected an expression literal', value.span)
  return lambdaInParens(value.expr) ?? report.error('Expected lambda predicate', value.span)
}

const isExpr = (value: NodeValue): value is ExprNode => value.kind === 'expr'

// ---------------------------------------------------------------- access providers

const accessProvider = (node: Node, names: Names, report: Report): AccessProviderItem | undefined => {
  noAnnotations(node, report)
  const name = named(node, report)
  if (name === undefined) return undefined
  names.provider.check(name)
  const block = requiredBlock(node, report)
  const members = block && providerMembers(block, report)
  return members && { kind: 'access provider', ...ofItem(node, name), ...members }
}

type ProviderMembers = Pick<AccessProviderItem, 'issuer' | 'jwksUri' | 'roles'>

const providerMembers = (block: BlockNode, report: Report): ProviderMembers | undefined => {
  const roleNames = new DuplicateNames(report, 'role')
  const once = new Once(report)
  const roles: ProviderRole[] = []
  let issuer: Setting<string> | undefined
  let jwksUri: Setting<string> | undefined
  for (const node of block.nodes) {
    switch (node.value?.kind === 'field' ? undefined : node.keyword.text) {
      case 'issuer':
        issuer = providerSetting(node, 'issuer', once, report) ?? issuer
        break
      case 'jwks_uri':
        jwksUri = providerSetting(node, 'jwks uri', once, report) ?? jwksUri
        break
      case 'role':
        roles.push(...providerRole(node, roleNames, report))
        break
      default:
        report.error(`Invalid member \`${wordOf(node)}\``, node.keyword.span)
    }
  }
  for (const what of ['issuer', 'jwks uri']) if (!once.seen(what)) report.error(`Missing ${what}`, block.span)
  return issuer && jwksUri && { issuer, jwksUri, roles }
}

const providerSetting = (
  node: Node,
  what: string,
  once: Once,
  report: Report,
): Setting<string> | undefined => {
  plain(node, report)
  once.check(what, node.keyword.span)
  return setting(node, plainString, report)
}

const providerRole = (node: Node, names: DuplicateNames, report: Report): ProviderRole[] => {
  noAnnotations(node, report)
  if (node.name === undefined) {
    report.error('Missing required name', node.span)
    return []
  }
  names.check(node.name)
  return [{ role: node.name, predicate: optionalPredicate(node, report), span: node.span }]
}
