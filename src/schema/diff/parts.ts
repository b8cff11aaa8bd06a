/**
 * Items taken apart for comparison: a flat list of parts, each with an identity, a comparable text and the places it
 * has in its source. Comparing canonical texts is comparing structure, so layout never matters (spec/schema.md §16.1).
 */

import { printExpr, printString, printType } from '#src/fql/syntax/print.ts'
import { NO_SPAN, type Span } from '#src/fql/syntax/span.ts'
import {
  annotationsOf,
  printAction,
  printAnnotation,
  printCheck,
  printCheckBody,
  printField,
  printIndex,
  printList,
  printMembership,
  printMigrations,
  printName,
  printPredicate,
  printPrivilege,
  printProviderRole,
  printTerm,
  printUnique,
  printValue,
} from '../fsl/print.ts'
import type {
  Action,
  Annotation,
  Check,
  CollectionItem,
  ComputedField,
  DefinedField,
  Field,
  Index,
  Predicate,
  Privilege,
  SchemaItem,
  Setting,
  Unique,
} from '../model/items.ts'
import { DEFAULT_HISTORY_DAYS } from '../model/items.ts'

/** Headings of a collection's semantic diff, in order. */
export const CATEGORIES = ['Computed fields', 'Indexes', 'Constraints', 'Configuration'] as const
type Category = (typeof CATEGORIES)[number]

/** How a change of the part is worded. */
type PartStyle =
  /** `terms from [.a] to [.b]` */
  | 'setting'
  /** `read by adding a predicate` */
  | 'predicate'
  /** ``check constraint `n` body`` */
  | 'body'
  /** just the label */
  | 'plain'

export interface Part {
  /** Parts of two versions with equal identities are the same part. */
  readonly id: string
  /** undefined: changes are not listed. */
  readonly category: Category | undefined
  /** ``index `byA` `` */
  readonly label: string
  readonly style: PartStyle
  /** Canonical text of what may change under the same identity; undefined: nothing there (no predicate, no default). */
  readonly value: string | undefined
  /** Place of the value; `NO_SPAN`: nothing there. */
  readonly valueSpan: Span
  /** Canonical text of the whole part. */
  readonly text: string
  readonly span: Span
  readonly kind: 'annotation' | 'field' | 'member' | 'migrations'
  /** Members of a block, compared one by one. */
  readonly children?: readonly Part[]
  /** Of fields: type text and where it stands, or would stand. */
  readonly type?: PartType
  /** Of settings that have a value even when not written. */
  readonly implicit?: boolean
  /** Says what leaving it out says. */
  readonly isDefault?: boolean
}

interface PartType {
  readonly text: string | undefined
  readonly span: Span
  readonly nameSpan: Span
}

/** Annotations, then fields (with the implicit wildcard), then members. */
export const annotationParts = (item: SchemaItem): Part[] => annotationsOf(item).map(annotation)

export const fieldParts = (item: SchemaItem): Part[] =>
  item.kind === 'collection' ? withImplicitWildcard(item.fields).map(field) : []

export const memberParts = (item: SchemaItem): Part[] => {
  switch (item.kind) {
    case 'collection':
      return collectionMembers(item)
    case 'function':
      return []
    case 'role':
      return [...item.privileges.map(privilege), ...item.membership.map(membership)]
    case 'access provider':
      return [
        member('issuer', item.issuer, printString(item.issuer.value)),
        member('jwks_uri', item.jwksUri, printString(item.jwksUri.value)),
        ...item.roles.map(providerRole),
      ]
  }

  function membership(m: { resource: { text: string }; predicate: Predicate | undefined; span: Span }): Part {
    const label = `membership on \`${m.resource.text}\``
    const text = printMembership({ ...m, resource: { text: m.resource.text, span: NO_SPAN } })
    return predicated(`membership ${m.resource.text}`, label, m.predicate, text, m.span)
  }
}

const annotation = (a: Annotation): Part => ({
  id: a.kind,
  category: 'Configuration',
  label: `${a.kind} set to ${printName(a.value.text)}`,
  style: 'plain',
  value: printName(a.value.text),
  valueSpan: a.value.span,
  text: printAnnotation(a),
  span: a.span,
  kind: 'annotation',
})

// ---------------------------------------------------------------- fields

const IMPLICIT_WILDCARD: Field = { kind: 'wildcard', type: { kind: 'any', span: NO_SPAN }, span: NO_SPAN }

/** A collection without defined fields is open, said or not. */
const withImplicitWildcard = (fields: readonly Field[]): readonly Field[] =>
  fields.some((f) => f.kind !== 'computed') ? fields : [...fields, IMPLICIT_WILDCARD]

const field = (f: Field): Part => {
  switch (f.kind) {
    case 'defined':
      return definedField(f)
    case 'computed':
      return computedField(f)
    case 'wildcard':
      return {
        ...fieldPart(f, 'wildcard', f.span === NO_SPAN ? 'implicit wildcard' : 'wildcard'),
        type: { text: printType(f.type), span: f.type.span, nameSpan: f.type.span },
      }
  }
}

const fieldPart = (f: Field, id: string, label: string): Part => ({
  id,
  category: undefined,
  label,
  style: 'plain',
  value: undefined,
  valueSpan: NO_SPAN,
  text: printField(f),
  span: f.span,
  kind: 'field',
})

const definedField = (f: DefinedField): Part => ({
  ...fieldPart(f, `field ${f.name.text}`, `field \`${f.name.text}\``),
  value: f.default && printExpr(f.default),
  valueSpan: f.default?.span ?? NO_SPAN,
  type: { text: printType(f.type), span: f.type.span, nameSpan: f.name.span },
})

const computedField = (f: ComputedField): Part => ({
  ...fieldPart(f, `compute ${f.name.text}`, `computed field \`${f.name.text}\``),
  category: 'Computed fields',
  value: printExpr(f.body),
  valueSpan: f.body.span,
  type: { text: f.type && printType(f.type), span: f.type?.span ?? NO_SPAN, nameSpan: f.name.span },
})

// ---------------------------------------------------------------- members

const collectionMembers = (c: CollectionItem): Part[] => [
  ...c.indexes.map(index),
  ...c.uniques.map(unique),
  ...c.checks.map(check),
  historyDays(c.historyDays),
  ...(c.ttlDays ? [member('ttl_days', c.ttlDays, String(c.ttlDays.value))] : []),
  ...(c.documentTtls ? [member('document_ttls', c.documentTtls, String(c.documentTtls.value))] : []),
  ...(c.migrations ? [migrations(c.migrations.span, printMigrations(c.migrations))] : []),
]

const member = (keyword: string, setting: Setting<unknown>, value: string): Part => ({
  id: keyword,
  category: 'Configuration',
  label: keyword,
  style: 'setting',
  value,
  valueSpan: setting.valueSpan,
  text: `${keyword} ${value}`,
  span: setting.span,
  kind: 'member',
})

/** Always there: unwritten it has its default. */
const historyDays = (written: Setting<bigint> | undefined): Part => {
  const setting = written ?? { value: DEFAULT_HISTORY_DAYS, valueSpan: NO_SPAN, span: NO_SPAN }
  return {
    ...member('history_days', setting, String(setting.value)),
    implicit: written === undefined,
    isDefault: setting.value === DEFAULT_HISTORY_DAYS,
  }
}

const migrations = (span: Span, text: string): Part => ({
  id: 'migrations',
  category: undefined,
  label: 'migrations',
  style: 'plain',
  value: text,
  valueSpan: span,
  text,
  span,
  kind: 'migrations',
})

const blockMember = (
  id: string,
  label: string,
  category: Category,
  text: string,
  span: Span,
  children: Part[],
): Part => ({
  id,
  category,
  label,
  style: 'plain',
  value: undefined,
  valueSpan: NO_SPAN,
  text,
  span,
  kind: 'member',
  children,
})

const index = (i: Index): Part => {
  const { terms, values } = i
  const list = (keyword: string, m: { listSpan: Span; span: Span }, value: string): Part =>
    member(keyword, { value, valueSpan: m.listSpan, span: m.span }, value)
  return blockMember(`index ${i.name.text}`, `index \`${i.name.text}\``, 'Indexes', printIndex(i), i.span, [
    ...(terms ? [list('terms', terms, printList(terms.items, printTerm))] : []),
    ...(values ? [list('values', values, printList(values.items, printValue))] : []),
  ])
}

const unique = (u: Unique): Part => {
  const terms = printList(u.items, printTerm)
  return {
    id: `unique ${terms}`,
    category: 'Constraints',
    label: `unique constraint on ${terms}`,
    style: 'plain',
    value: terms,
    valueSpan: u.listSpan,
    text: printUnique(u),
    span: u.span,
    kind: 'member',
  }
}

const check = (c: Check): Part => ({
  id: `check ${c.name.text}`,
  category: 'Constraints',
  label: `check constraint \`${c.name.text}\``,
  style: 'body',
  value: printCheckBody(c.body),
  valueSpan: c.bodySpan,
  text: printCheck(c),
  span: c.span,
  kind: 'member',
})

const privilege = (p: Privilege): Part =>
  blockMember(
    `privileges ${p.resource.text}`,
    `privileges on \`${p.resource.text}\``,
    'Configuration',
    printPrivilege(p),
    p.span,
    p.actions.map(action),
  )

const action = (a: Action): Part => predicated(a.action, a.action, a.predicate, printAction(a), a.span)

const providerRole = (r: {
  role: { text: string; span: Span }
  predicate: Predicate | undefined
  span: Span
}): Part =>
  predicated(`role ${r.role.text}`, `role \`${r.role.text}\``, r.predicate, printProviderRole(r), r.span)

const predicated = (id: string, label: string, p: Predicate | undefined, text: string, span: Span): Part => ({
  id,
  category: 'Configuration',
  label,
  style: 'predicate',
  value: p && printPredicate(p),
  valueSpan: p?.span ?? NO_SPAN,
  text,
  span,
  kind: 'member',
})
