import { lineAround, type Position, type Span, visibleText } from '#src/fql/syntax/span.ts'

/** Source lines with the underlined span, without an end of line. */
export interface Snippet extends Position {
  readonly text: string
}

/** One row: the line number or nothing, the bracket of a span over several lines, the text. */
interface Row {
  readonly number: string
  readonly bracket: string
  readonly text: string
}

const EMPTY: Row = { number: '', bracket: '', text: '' }

/** Lines of a text, looked up without splitting it all: sources can be long, and spans are short. */
class Lines {
  private readonly text: string
  constructor(text: string) {
    this.text = text
  }

  /** Where the line after the one that starts at `start` starts; the end of the text when there is none. */
  next(start: number): number {
    const end = this.text.indexOf('\n', start)
    return end === -1 ? this.text.length : end + 1
  }

  isLast(start: number): boolean {
    return this.next(start) >= this.text.length
  }

  line(start: number): string {
    return this.text.slice(start, this.next(start))
  }
}

/**
 * The place of `span` with its lines, underlined with `mark` (spec/language.md §1.11). A span past the last visible
 * character is drawn right after it.
 */
export const snippet = (span: Span, mark: string, annotation = ''): Snippet => {
  const visible = visibleText(span.source)
  const start = Math.min(span.start, visible.length)
  const length = span.end - span.start
  const lines = new Lines(visible)
  const first = lineAround(span.source, start)
  const indent = start - first.start
  const rest = length - (lines.next(first.start) - start)
  const rows =
    rest > 0 && !lines.isLast(first.start)
      ? bracketed(lines, first, indent, rest, mark)
      : [numbered(lines, first), underline(indent, length, mark, annotation)]
  return { text: layOut([EMPTY, ...rows, EMPTY]), line: first.number, column: indent + 1 }
}

const numbered = (lines: Lines, at: { start: number; number: number }, bracket = ''): Row => ({
  number: String(at.number),
  bracket,
  // NUL begins the placeholders of templates, which show as `<value>`.
  text: lines.line(at.start).replaceAll('\0', '<'),
})

const underline = (indent: number, length: number, mark: string, annotation: string): Row => ({
  ...EMPTY,
  text: `${' '.repeat(indent)}${mark.repeat(length)}${annotation === '' ? '' : ` ${annotation}`}`,
})

/** A span of several lines: `rest` characters of it are after the first. */
const bracketed = (
  lines: Lines,
  first: { start: number; number: number },
  indent: number,
  rest: number,
  mark: string,
): Row[] => {
  const rows = [numbered(lines, first), { number: '', bracket: ' _', text: '_'.repeat(indent) + mark }]
  let { start, number } = first
  let left = rest
  for (;;) {
    start = lines.next(start)
    number++
    const row = numbered(lines, { start, number }, '| ')
    rows.push(row)
    const length = lines.next(start) - start
    if (left <= length || lines.isLast(start)) break
    left -= length
  }
  rows.push({ number: '', bracket: '|_', text: `${'_'.repeat(left - 1)}^` })
  return rows
}

/** Right-aligns line numbers and brackets, and strips trailing blanks. */
const layOut = (rows: readonly Row[]): string => {
  const widest = (column: 'number' | 'bracket') => Math.max(...rows.map((r) => r[column].length))
  const [numbers, brackets] = [widest('number'), widest('bracket')]
  return rows
    .map((r) => `${r.number.padStart(numbers)} | ${r.bracket.padStart(brackets)}${r.text}`.trimEnd())
    .join('\n')
}
