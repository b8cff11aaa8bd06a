/**
 * Carries differences over into source text, leaving everything else, comments included, byte for byte
 * (spec/schema.md §5.3).
 */
import { NO_SOURCE, type Source, type Span } from '#src/fql/syntax/span.ts'
import { printItem, printName } from '../fsl/print.ts'
import type { Change, ItemDiff } from './diff.ts'
import { subjectOf } from './diff.ts'
import type { Part } from './parts.ts'

/** Texts of schema files by name. */
export type Files = ReadonlyMap<string, string>

/** Items without a place go to `main`. Diffs must have been made from items parsed from `files`. */
export const patchFiles = (main: string, files: Files, diffs: readonly ItemDiff[]): Files => {
  const patched = new Map(files)
  for (const [name, ofFile] of Map.groupBy(diffs, (d) => fileOf(subjectOf(d).span.source) ?? main)) {
    patched.set(name, patchText(files.get(name) ?? '', ofFile))
  }
  return patched
}

const fileOf = (source: Source): string | undefined => (source === NO_SOURCE ? undefined : source.name)

/** From the end of the text to its start, so that places found before stay true. */
const patchText = (text: string, diffs: readonly ItemDiff[]): string =>
  diffs.toSorted((a, b) => subjectOf(b).span.end - subjectOf(a).span.end).reduce(applyDiff, text)

const applyDiff = (text: string, diff: ItemDiff): string => {
  switch (diff.kind) {
    case 'add':
      return appendItem(text, printItem(diff.item))
    case 'remove':
      return replaceSpan(text, diff.item.span, '')
    case 'modify': {
      const { span, doc } = diff.before
      return applyChanges(text, diff.changes, { ...span, start: doc?.end ?? span.start }, 0)
    }
  }
}

/** Adds the text of an item at the end of a file, after a blank line. */
const appendItem = (text: string, item: string): string => {
  if (text.trim() === '') return item
  const lastLine = text.slice(Math.max(text.lastIndexOf('\n'), 0))
  return `${text}\n${lastLine.trim() === '' ? '' : '\n'}${item}`
}

const applyChanges = (text: string, changes: readonly Change[], span: Span, level: number): string =>
  changes
    .toSorted((a, b) => endOf(b, span) - endOf(a, span))
    .reduce((result, change) => applyChange(result, change, span, level), text)

/** Where the text ends that a change touches. */
const endOf = (change: Change, span: Span): number => {
  switch (change.kind) {
    case 'add':
      return change.part.kind === 'annotation' ? span.start : span.end
    case 'rename':
      return change.from.span.end
    case 'signature':
      return change.before.signature.span.end
    case 'body':
      return change.before.body.span.end
    case 'block':
      return Math.max(...change.changes.map((c) => endOf(c, change.part.span)))
    default:
      return change.part.span.end
  }
}

const applyChange = (text: string, change: Change, span: Span, level: number): string => {
  switch (change.kind) {
    case 'rename':
      return replaceSpan(text, change.from.span, printName(change.to.text))
    case 'add':
      return addPart(text, change.part, span, level)
    case 'remove':
      return replaceSpan(text, change.part.span, '')
    case 'modify':
      return modifyPart(text, change.part, change.after, level)
    case 'block':
      return applyChanges(text, change.changes, change.part.span, level + 1)
    case 'remove-default':
      return replaceSpan(text, { ...change.part.valueSpan, start: typeEnd(change.part) }, '')
    case 'type':
      return replaceSpan(text, change.part.type!.span, change.text)
    case 'signature':
      return replaceSpan(text, change.before.signature.span, change.text)
    case 'body':
      return replaceSpan(text, change.before.body.span, change.text)
  }
}

const typeEnd = ({ type, span }: Part): number =>
  (type?.text === undefined ? (type?.nameSpan ?? span) : type.span).end

const indentation = (part: Part, level: number): string =>
  part.kind === 'annotation' ? '' : '  '.repeat(Math.max(level + 1, 0))

const indented = (text: string, prefix: string): string => text.replaceAll('\n', `\n${prefix}`)

/** Annotations go before the item, all else before its closing brace; text behind that place is still untouched. */
const addPart = (text: string, part: Part, span: Span, level: number): string => {
  const at = part.kind === 'annotation' ? span.start : span.source.text.lastIndexOf('}', span.end - 1)
  const before = text.slice(0, at).trimEnd()
  const after = text.slice(at)
  const prefix = indentation(part, level)
  const lineBreak = STARTS_WITH_LINE_END.test(after) ? '' : `\n${indentation(part, level - 1)}`
  return `${before}${before === '' ? '' : '\n'}${prefix}${indented(part.text, prefix)}${lineBreak}${after}`
}

const modifyPart = (text: string, part: Part, after: Part, level: number): string => {
  // A migration block begins its line, so replacing it indents it.
  const value =
    part.kind === 'migrations' ? after.text : indented(after.value ?? '', indentation(part, level))
  if (part.value !== undefined) return replaceSpan(text, part.valueSpan, value)
  const end = { ...part.span, start: part.span.end }
  return replaceSpan(text, end, `${part.kind === 'field' ? ' = ' : ' '}${value}`)
}

const STARTS_WITH_LINE_END = /^[\t ]*\n/
const ENDS_WITH_BLANK_LINE_START = /\n[\t ]*$/

/**
 * Puts `replacement` in the place of a span. Text of several lines takes on the indentation of the line it begins.
 * Removing takes the white space after the span along, or, when nothing else follows on the line, the white space before.
 */
export const replaceSpan = (text: string, span: Span, replacement: string): string => {
  if (span.source === NO_SOURCE) return text
  const before = text.slice(0, span.start)
  const after = text.slice(span.end)
  if (replacement === '') {
    return STARTS_WITH_LINE_END.test(after) ? before.trimEnd() + after : before + after.trimStart()
  }
  const indent = ENDS_WITH_BLANK_LINE_START.exec(before)?.[0].slice(1)
  if (indent === undefined) return before + replacement + after
  return before + replacement.replace(/\n(?=[\t ]*\S)/g, `\n${indent}`) + after
}
