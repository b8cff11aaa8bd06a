/** Texts of differences: semantic, summary, textual (spec/schema.md §16.2, §16.3). */

import { printExpr, printType } from '#src/fql/syntax/print.ts'
import { NO_SPAN } from '#src/fql/syntax/span.ts'
import type { TypeExpr } from '#src/fql/syntax/tree.ts'
import { printPath } from '../fsl/print.ts'
import type { MigrationStep } from '../migrate/steps.ts'
import type { SchemaItem } from '../model/items.ts'
import { ANSI, type Palette, PLAIN } from './colors.ts'
import { type Change, compareDiffs, diffItem, type ItemDiff, subjectOf } from './diff.ts'
import { type DiffLine, diffLines, linesOf } from './lines.ts'
import { CATEGORIES, type Part } from './parts.ts'
import { placeOf } from './place.ts'

export interface RenderOptions {
  /** ANSI colours. */
  readonly color?: boolean
  /** The new migration steps of a modified collection that has documents. */
  readonly migrations?: (after: SchemaItem) => readonly MigrationStep[]
}

const paletteOf = (options: RenderOptions): Palette => (options.color ? ANSI : PLAIN)

/** What changes in each item, ending in an empty line for each; "" when nothing does. */
export const renderSemantic = (diffs: readonly ItemDiff[], options: RenderOptions = {}): string =>
  diffs
    .toSorted(compareDiffs)
    .map((diff) => semantic(diff, paletteOf(options), options))
    .join('')

/** One line for each item that changes. */
export const renderSummary = (diffs: readonly ItemDiff[], options: RenderOptions = {}): string =>
  diffs
    .toSorted(compareDiffs)
    .map((diff) => `${title(diff, paletteOf(options))}\n`)
    .join('')

// ---------------------------------------------------------------- semantic

const semantic = (diff: ItemDiff, palette: Palette, options: RenderOptions): string => {
  const changes = changesOf(diff)
  const head = title(diff, palette)
  if (changes === undefined) return `${head}\n\n`
  const steps = diff.kind === 'modify' ? (options.migrations?.(diff.after) ?? []) : []
  const groups = [migrationLines(steps, palette), ...changeGroups(subjectOf(diff), changes, palette)]
  const body = groups.filter((lines) => lines.length > 0)
  if (body.length === 0) body.push(['  No semantic changes.'])
  return `${head}:\n${body.map((lines) => `${lines.join('\n')}\n\n`).join('')}`
}

/** Added and removed items are shown as if every optional part was; undefined: they have none. */
const changesOf = (diff: ItemDiff): readonly Change[] | undefined => {
  switch (diff.kind) {
    case 'modify':
      return diff.changes
    case 'add':
      return diffItem(stripped(diff.item), diff.item)?.changes
    case 'remove':
      return diffItem(diff.item, stripped(diff.item))?.changes
  }
}

/** The item without its optional parts. */
const stripped = (item: SchemaItem): SchemaItem => {
  switch (item.kind) {
    case 'collection':
      return { ...item, ...NO_MEMBERS }
    case 'function':
      return { ...item, alias: undefined, role: undefined }
    case 'role':
      return { ...item, privileges: [], membership: [] }
    case 'access provider':
      return { ...item, roles: [] }
  }
}

const NO_MEMBERS = {
  alias: undefined,
  fields: [],
  indexes: [],
  uniques: [],
  checks: [],
  historyDays: undefined,
  ttlDays: undefined,
  documentTtls: undefined,
  migrations: undefined,
}

const TITLES = { add: ['Adding', 'to'], remove: ['Removing', 'from'], modify: ['Modifying', 'at'] } as const

const title = (diff: ItemDiff, palette: Palette): string => {
  const item = subjectOf(diff)
  const [verb, preposition] = TITLES[diff.kind]
  const what = `${palette.title}* ${verb} ${item.kind} \`${item.name.text}\`${palette.reset}`
  return `${what} ${preposition} ${where(diff)}`
}

const where = (diff: ItemDiff): string => {
  if (diff.kind !== 'modify') return placeOf(diff.item.span)
  const moved = diff.before.span.source.name !== diff.after.span.source.name
  return placeOf(diff.after.span) + (moved ? ` (previously defined at ${placeOf(diff.before.span)})` : '')
}

/** Collections list changes under headings, other items at once. */
const changeGroups = (item: SchemaItem, changes: readonly Change[], palette: Palette): string[][] => {
  if (item.kind !== 'collection') return [changes.flatMap((c) => changeLines(c, '  ', palette))]
  return CATEGORIES.map((category) => {
    const lines = changes
      .filter((c) => categoryOf(c) === category)
      .flatMap((c) => changeLines(c, '  ', palette))
    return lines.length > 0 ? [`  * ${category}:`, ...lines] : []
  })
}

const categoryOf = (change: Change): Part['category'] => {
  switch (change.kind) {
    case 'rename':
    case 'remove-default':
      return 'Configuration'
    case 'add':
    case 'remove':
    case 'modify':
    case 'block':
      return change.part.category
    default:
      return undefined
  }
}

const changeLines = (change: Change, indent: string, palette: Palette): string[] => {
  const line = (color: string, text: string): string => `${color}${indent}${text}${palette.reset}`
  switch (change.kind) {
    case 'add':
      return [line(palette.add, `+ add ${fullLabel(change.part)}`)]
    case 'remove':
      return [line(palette.remove, `- remove ${fullLabel(change.part)}`)]
    case 'rename':
      return [line(palette.change, `~ rename to \`${change.to.text}\``)]
    case 'modify':
      return [line(palette.change, `~ change ${change.part.label}${howChanged(change.part, change.after)}`)]
    case 'block':
      return [
        line(palette.change, `~ change ${change.part.label}`),
        ...change.changes.flatMap((c) => changeLines(c, `${indent}  `, palette)),
      ]
    case 'remove-default': {
      const name = change.part.text.slice(0, change.part.text.indexOf(':'))
      return [line(palette.remove, `- remove default value from field \`.${name}\``)]
    }
    case 'signature':
    case 'body':
      return [line(palette.change, `~ change ${change.kind}`)]
    case 'type':
      return []
  }
}

const fullLabel = (part: Part): string =>
  part.style === 'setting' ? `${part.label} set to ${part.value}` : part.label

const howChanged = (before: Part, after: Part): string => {
  switch (before.style) {
    case 'setting':
      return ` from ${before.value} to ${after.value}`
    case 'body':
      return ' body'
    case 'plain':
      return ''
    case 'predicate':
      if (before.value === undefined) return ' by adding a predicate'
      return after.value === undefined ? ' by removing a predicate' : ' by modifying its predicate'
  }
}

// ---------------------------------------------------------------- migrations

const migrationLines = (steps: readonly MigrationStep[], palette: Palette): string[] =>
  steps.length > 0 ? ['  * Defined fields:', ...steps.flatMap((step) => stepLines(step, palette))] : []

const path = (names: readonly string[]): string =>
  `\`${printPath({ elements: names.map((key) => ({ key, span: NO_SPAN })), span: NO_SPAN })}\``

const stepLines = (step: MigrationStep, palette: Palette): string[] => {
  const line = (color: string, text: string): string => `${color}  ${text}${palette.reset}`
  switch (step.kind) {
    case 'add': {
      if (step.backfill === undefined) return []
      return [
        line(palette.add, `+ add field ${path(step.field)} with backfill \`${printExpr(step.backfill)}\``),
      ]
    }
    case 'drop':
      return [line(palette.remove, `- drop field ${path(step.field)}`)]
    case 'move':
      return [line(palette.change, `~ move field ${path(step.field)} to field ${path(step.to)}`)]
    case 'split':
      return splitLines(step, line, palette)
    case 'move_conflicts':
      return [line(palette.change, `~ move values with type conflicts into ${path(step.into)}`)]
    case 'move_wildcard': {
      const kept = step.except.map((name) => path([name]).slice(1, -1)).join(', ')
      return [
        line(
          palette.change,
          `~ move all fields into the field ${path(step.into)} except fields in the list \`[${kept}]\``,
        ),
      ]
    }
    case 'add_wildcard':
      return [line(palette.add, '+ add a top-level wildcard')]
  }
}

/** `T?` is shown as what it means. */
const typeText = (type: TypeExpr): string =>
  type.kind === 'nullable'
    ? `${printType({ ...type, kind: 'union', members: [type.base, NULL_TYPE] })}`
    : printType(type)

const NULL_TYPE: TypeExpr = { kind: 'named', name: 'Null', span: NO_SPAN }

const splitLines = (
  step: MigrationStep & { kind: 'split' },
  line: (color: string, text: string) => string,
  palette: Palette,
): string[] => {
  const targets = step.targets.map((t) => path(t.field))
  const source = path(step.field)
  const matches = step.targets.map((t, i) => {
    const target = path(t.field)
    const verb = target === source ? 'stays in' : 'moves to'
    return `    - ${i > 0 ? 'else ' : ''}if the value matches type \`${typeText(t.type)}\`, the value ${verb} field ${target}`
  })
  const backfills = step.targets.flatMap((t) =>
    t.backfill === undefined
      ? []
      : [line(palette.change, `+ backfill field ${path(t.field)} with value \`${printExpr(t.backfill)}\``)],
  )
  return [
    line(palette.change, `~ split field ${source} into fields ${targets.join(',')}`),
    ...matches,
    ...backfills,
  ]
}

// ---------------------------------------------------------------- textual

/** Lines around a hunk that are shown although unchanged. */
const CONTEXT = 3
/** So many unchanged lines between two changes make two hunks of them. */
const SPLIT = 7

/** Files that differ, by name, with their changed lines; "" when none does. */
export const renderTextual = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  options: RenderOptions = {},
): string => {
  const palette = paletteOf(options)
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((name) => (before.get(name) ?? '') !== (after.get(name) ?? ''))
    .map((name) => {
      const rows = diffLines(linesOf(before.get(name) ?? ''), linesOf(after.get(name) ?? ''))
      return `${palette.file}${name}${options.color ? '\u001b[22m' : ''}\n${hunks(rows, palette)}`
    })
    .join('\n')
}

/** A range of rows. */
interface Hunk {
  readonly start: number
  readonly end: number
}

const hunks = (rows: readonly DiffLine[], palette: Palette): string => {
  const lineAt = newLineNumbers(rows)
  return changedRanges(rows)
    .map((changed) => {
      const start = Math.max(changed.start - CONTEXT, 0)
      // The last line is told by rows where the text ends early.
      const last = Math.min(lineAt[changed.end]! + CONTEXT, rows.length)
      const head = `${palette.hunk}@ line ${lineAt[start]! + 1} to ${last}${palette.reset}\n`
      const shown = rows.slice(start, changed.end + CONTEXT)
      return head + shown.map((row) => rowLines(row, palette)).join('')
    })
    .join('')
}

/** For each row, and the end, how many lines of the new text stand before it. */
const newLineNumbers = (rows: readonly DiffLine[]): number[] => {
  const numbers = [0]
  for (const row of rows) numbers.push(numbers.at(-1)! + (row.kind === 'delete' ? 0 : 1))
  return numbers
}

/** From the first to the last changed row of each hunk. */
const changedRanges = (rows: readonly DiffLine[]): Hunk[] => {
  const ranges: { start: number; end: number }[] = []
  rows.forEach((row, i) => {
    if (row.kind === 'equal') return
    const last = ranges.at(-1)
    if (last !== undefined && i - last.end < SPLIT) last.end = i + 1
    else ranges.push({ start: i, end: i + 1 })
  })
  return ranges
}

const rowLines = (row: DiffLine, palette: Palette): string => {
  switch (row.kind) {
    case 'equal':
      return row.text === '' ? '\n' : `  ${row.text}\n`
    case 'insert':
      return rowLine(palette.add, '+', row.text, palette)
    case 'delete':
      return rowLine(palette.remove, '-', row.text, palette)
    case 'change':
      return rowLine(palette.remove, '-', row.before, palette) + rowLine(palette.add, '+', row.text, palette)
  }
}

const rowLine = (color: string, sign: string, text: string, palette: Palette): string =>
  `${color}${sign}${text === '' ? '' : ` ${text}`}${palette.reset}\n`
