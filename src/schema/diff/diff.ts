/** Differences between two sets of schema items (spec/schema.md §16.1). */
import type { Name } from '#src/fql/syntax/tree.ts'
import { printBlock, printSignature } from '../fsl/print.ts'
import type { FunctionItem, ItemKind, SchemaItem } from '../model/items.ts'
import { ITEM_KINDS } from '../model/items.ts'
import { annotationParts, fieldParts, memberParts, type Part } from './parts.ts'

export type ItemDiff =
  | { readonly kind: 'add' | 'remove'; readonly item: SchemaItem }
  | {
      readonly kind: 'modify'
      readonly before: SchemaItem
      readonly after: SchemaItem
      readonly changes: readonly Change[]
    }

export type Change =
  | { readonly kind: 'rename'; readonly from: Name; readonly to: Name }
  | { readonly kind: 'add' | 'remove'; readonly part: Part }
  /** The value became another one, or was added or, of predicates, removed. */
  | { readonly kind: 'modify'; readonly part: Part; readonly after: Part }
  | { readonly kind: 'block'; readonly part: Part; readonly changes: readonly Change[] }
  | { readonly kind: 'remove-default'; readonly part: Part }
  | { readonly kind: 'type'; readonly part: Part; readonly text: string }
  | { readonly kind: 'signature' | 'body'; readonly before: FunctionItem; readonly text: string }

/** An item of the new schema that was called otherwise before. */
export interface Rename {
  readonly kind: ItemKind
  readonly from: string
  readonly to: string
}

/** What `item` makes of a removed, added or kept item: the one that a diff is named after. */
export const subjectOf = (diff: ItemDiff): SchemaItem => (diff.kind === 'modify' ? diff.before : diff.item)

/**
 * Additions, removals, modifications, each in source order, which is the order in which documents are written.
 * Moves between files are no difference.
 */
export const diffItems = (
  before: readonly SchemaItem[],
  after: readonly SchemaItem[],
  renames: readonly Rename[] = [],
): ItemDiff[] => {
  const oldNames = new Map(renames.map((r) => [itemKey(r.kind, r.to), itemKey(r.kind, r.from)]))
  const aligned = align(before, after, keyOf, (item) => oldNames.get(keyOf(item)) ?? keyOf(item))
  return [
    ...aligned.added.map((item) => ({ kind: 'add', item }) as const),
    ...aligned.removed.map((item) => ({ kind: 'remove', item }) as const),
    ...aligned.kept.flatMap(([b, a]) => diffItem(b, a) ?? []),
  ]
}

const itemKey = (kind: ItemKind, name: string): string => `${kind} ${name}`
const keyOf = (item: SchemaItem): string => itemKey(item.kind, item.name.text)

const DIFF_ORDER = { add: 0, remove: 1, modify: 2 }

/** The order of listings: additions, removals, modifications; inside each by kind, then name. */
export const compareDiffs = (a: ItemDiff, b: ItemDiff): number => {
  if (a.kind !== b.kind) return DIFF_ORDER[a.kind] - DIFF_ORDER[b.kind]
  const [x, y] = [subjectOf(a), subjectOf(b)]
  if (x.kind !== y.kind) return ITEM_KINDS.indexOf(x.kind) - ITEM_KINDS.indexOf(y.kind)
  return x.name.text < y.name.text ? -1 : Number(x.name.text > y.name.text)
}

/** undefined: the two say the same. */
export const diffItem = (
  before: SchemaItem,
  after: SchemaItem,
): (ItemDiff & { kind: 'modify' }) | undefined => {
  const changes: Change[] = [
    ...(before.name.text === after.name.text
      ? []
      : [{ kind: 'rename', from: before.name, to: after.name } as const]),
    ...diffParts(annotationParts(before), annotationParts(after)),
    ...diffParts(fieldParts(before), fieldParts(after)),
    ...diffParts(memberParts(before), memberParts(after)),
    ...(before.kind === 'function' && after.kind === 'function' ? diffFunction(before, after) : []),
  ]
  return changes.length > 0 ? { kind: 'modify', before, after, changes } : undefined
}

const diffFunction = (before: FunctionItem, after: FunctionItem): Change[] => {
  const changes: Change[] = []
  const signature = printSignature(after.signature)
  if (printSignature(before.signature) !== signature)
    changes.push({ kind: 'signature', before, text: signature })
  const body = printBlock(after.body)
  if (printBlock(before.body) !== body) changes.push({ kind: 'body', before, text: body })
  return changes
}

const diffParts = (before: readonly Part[], after: readonly Part[]): Change[] => {
  const { added, removed, kept } = align(
    before,
    after,
    (p) => p.id,
    (p) => p.id,
  )
  return [
    ...added.filter((p) => !p.isDefault).map((part) => ({ kind: 'add', part }) as const),
    ...removed.filter((p) => !p.isDefault).map((part) => ({ kind: 'remove', part }) as const),
    ...kept.flatMap(([b, a]) => diffPart(b, a)),
  ]
}

const diffPart = (before: Part, after: Part): Change[] => {
  if (before.children !== undefined && after.children !== undefined) {
    const changes = diffParts(before.children, after.children)
    return changes.length > 0 ? [{ kind: 'block', part: before, changes }] : []
  }
  return [...diffValue(before, after), ...diffType(before, after)]
}

const diffValue = (before: Part, after: Part): Change[] => {
  if (before.value === after.value) return []
  if (before.implicit && before.isDefault) return [{ kind: 'add', part: after }]
  if (after.implicit && after.isDefault) return [{ kind: 'remove', part: before }]
  if (before.kind === 'field' && after.value === undefined) return [{ kind: 'remove-default', part: before }]
  return [{ kind: 'modify', part: before, after }]
}

/** A type that is added or removed alone is no difference (spec §5.3, known gaps). */
const diffType = (before: Part, after: Part): Change[] => {
  const [from, to] = [before.type?.text, after.type?.text]
  return from === undefined || to === undefined || from === to
    ? []
    : [{ kind: 'type', part: before, text: to }]
}

interface Aligned<T> {
  readonly added: readonly T[]
  readonly removed: readonly T[]
  readonly kept: readonly (readonly [T, T])[]
}

/**
 * Pairs things of equal identity. When the two sides have different numbers of one identity, all of the new ones count
 * as added and all of the old ones as removed.
 */
const align = <T>(
  before: readonly T[],
  after: readonly T[],
  idBefore: (t: T) => string,
  idAfter: (t: T) => string,
): Aligned<T> => {
  const old = Map.groupBy(before, idBefore)
  const now = Map.groupBy(after, idAfter)
  const same = (id: string): boolean => old.get(id)?.length === now.get(id)?.length
  return {
    added: [...now].flatMap(([id, items]) => (same(id) ? [] : items)),
    removed: [...old].flatMap(([id, items]) => (same(id) ? [] : items)),
    kept: [...old].flatMap(([id, items]) =>
      same(id) ? items.map((b, i) => [b, now.get(id)![i]!] as const) : [],
    ),
  }
}
