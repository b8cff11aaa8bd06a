import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { isBlank, isDisplayable, isLineEnd, isNameRest, isNameStart } from './characters.ts'
import { type Source, type Span, span } from './span.ts'
import type { Name } from './tree.ts'
import { isReserved } from './words.ts'

/**
 * How deep expressions and types may nest: enough for any program, and few enough that every recursive reader of the
 * tree stays within the JavaScript stack.
 */
export const MAX_NESTING = 500

/** Thrown to leave the parser at a mistake; what is wrong is noted in the scanner. Carries no stack. */
class ParseFailure {}
const PARSE_FAILURE = new ParseFailure()
export const isParseFailure = (e: unknown): boolean => e instanceof ParseFailure

/** Where a parser can go back to. */
export interface Mark {
  readonly pos: number
  readonly depth: number
}

/**
 * A position in a source text, with the notes from which syntax errors are made.
 *
 * Grammar methods follow one convention: they return `undefined`, with the position unmoved, where their construct does
 * not begin; once they have read something that cannot be anything else they *commit*, and fail from then on.
 * Names of what was tried are noted with {@link missed}; the message lists those noted at the place of the failure.
 */
export class Scanner {
  readonly source: Source
  readonly text: string
  pos = 0
  /** Mistakes that do not end the parse; when there are any, they alone are reported. */
  readonly errors: Diagnostic[] = []
  /** Counts commitments, so that a caller can see whether there was one in between. */
  protected commits = 0
  protected depth = 0
  private tried: string[] = []
  private triedAt = -1
  /** The last run of blanks, line ends and comments: many rules look past the same one. */
  private skippedFrom = -1
  private skippedTo = -1

  constructor(source: Source) {
    this.source = source
    this.text = source.text
  }

  // ---------------------------------------------------------------- characters

  /** The character at `pos + ahead`, -1 past the end. */
  code(ahead = 0): number {
    const i = this.pos + ahead
    return i < this.text.length ? this.text.charCodeAt(i) : -1
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.pos)
  }

  span(start: number, end = this.pos): Span {
    return span(this.source, start, end)
  }

  // ---------------------------------------------------------------- failing

  /** Notes that something called `name` could stand here. */
  missed(name: string): void {
    if (this.triedAt !== this.pos) {
      this.triedAt = this.pos
      this.tried.length = 0
    }
    this.tried.push(name)
  }

  /** Ends the parse here, after noting `names`. */
  fail(...names: string[]): never {
    for (const name of names) this.missed(name)
    throw PARSE_FAILURE
  }

  /** Ends the parse with a message of its own. */
  reject(message: string, where: Span, details: Partial<Diagnostic> = {}): never {
    this.report(message, where, details)
    throw PARSE_FAILURE
  }

  /** Notes a mistake and goes on. */
  report(message: string, where: Span, details: Partial<Diagnostic> = {}): void {
    this.errors.push({ kind: 'error', message, span: where, ...details })
  }

  /** The diagnostics after a failure: the noted mistakes, else `Expected …` at the place of the failure. */
  diagnostics(): Diagnostic[] {
    if (this.errors.length > 0) return this.errors
    const names = this.triedAt === this.pos ? this.tried : []
    return [
      { kind: 'error', message: `Expected ${alternatives(names)}`, span: this.span(this.pos, this.pos + 1) },
    ]
  }

  mark(): Mark {
    return { pos: this.pos, depth: this.depth }
  }

  reset(mark: Mark): void {
    this.pos = mark.pos
    this.depth = mark.depth
  }

  /** What `parse` gives, or `undefined` and back to the start where it fails. Noted mistakes stay noted. */
  attempt<T>(parse: () => T): T | undefined {
    const start = this.mark()
    try {
      return parse()
    } catch (e) {
      if (!isParseFailure(e)) throw e
      this.reset(start)
      return undefined
    }
  }

  protected enter(): void {
    if (++this.depth > MAX_NESTING) {
      this.reject(
        `Nesting deeper than ${MAX_NESTING} levels is not supported`,
        this.span(this.pos, this.pos + 1),
      )
    }
  }

  protected leave(): void {
    this.depth--
  }

  // ---------------------------------------------------------------- blanks and comments

  /** Skips blanks and block comments of the line. */
  ws(): void {
    for (;;) {
      const c = this.code()
      if (isBlank(c)) this.pos++
      else if (c !== 0x2f || !this.blockComment()) return
    }
  }

  /** Skips blanks, line ends and comments. */
  nl(): void {
    const start = this.pos
    if (start === this.skippedFrom) {
      this.pos = this.skippedTo
      return
    }
    while (this.blank()) {}
    this.skippedFrom = start
    this.skippedTo = this.pos
  }

  private blank(): boolean {
    const c = this.code()
    if (isBlank(c) || isLineEnd(c)) {
      this.pos++
      return true
    }
    return c === 0x2f && (this.lineComment() || this.blockComment())
  }

  /** `// …` with its line end. */
  lineComment(): boolean {
    if (!this.startsWith('//')) return false
    this.pos += 2
    while (isDisplayable(this.code()) && this.code() !== 0x0a) this.pos++
    if (this.code() === 0x0a) this.pos++
    return true
  }

  /** A block comment, with those nested in it. An unclosed one is none. */
  blockComment(): boolean {
    if (!this.startsWith('/*')) return false
    const { text } = this
    let depth = 1
    let i = this.pos + 2
    while (depth > 0) {
      const c = i < text.length ? text.charCodeAt(i) : 0
      if (c === 0x2a && text.charCodeAt(i + 1) === 0x2f) {
        depth--
        i += 2
      } else if (c === 0x2f && text.charCodeAt(i + 1) === 0x2a) {
        depth++
        i += 2
      } else if (isDisplayable(c)) i++
      else return false
    }
    this.pos = i
    return true
  }

  /** One or more of `;`, line ends and line comments, with blanks around. */
  separator(): boolean {
    const start = this.pos
    this.ws()
    if (!this.separatorToken()) {
      this.pos = start
      return false
    }
    do this.ws()
    while (this.separatorToken())
    return true
  }

  private separatorToken(): boolean {
    const c = this.code()
    if (c === 0x3b || isLineEnd(c)) {
      this.pos++
      return true
    }
    return c === 0x2f && this.lineComment()
  }

  // ---------------------------------------------------------------- tokens

  /** Reads `token` and what blanks, line ends and comments follow; commits. */
  open(token: string): boolean {
    if (!this.startsWith(token)) return false
    this.pos += token.length
    this.commits++
    this.nl()
    return true
  }

  /** Reads `token`, which must stand here, and what follows as {@link open}. */
  require(token: string): void {
    if (!this.open(token)) this.fail(quoted(token))
  }

  /** Reads the closing `token`, which must stand here; what follows is left. */
  close(token: string): void {
    if (!this.startsWith(token)) this.fail(quoted(token))
    this.pos += token.length
    this.commits++
  }

  /** Reads `,` and what follows, else notes it as missed. Does not commit. */
  comma(): boolean {
    if (this.code() !== 0x2c) {
      this.missed(quoted(','))
      return false
    }
    this.pos++
    this.nl()
    return true
  }

  /** Whether the name-like word `word` stands here, as a whole. */
  atWord(word: string): boolean {
    return this.startsWith(word) && !isNameRest(this.code(word.length))
  }

  /** Reads `word`; commits. */
  word(word: string): Span | undefined {
    if (!this.atWord(word)) return undefined
    const start = this.pos
    this.pos += word.length
    this.commits++
    return this.span(start)
  }

  /** Reads `word` and what follows as {@link open}. */
  keyword(word: string): Span | undefined {
    const span = this.word(word)
    if (span) this.nl()
    return span
  }

  /** End of the characters of names that stand here. */
  protected restEnd(): number {
    const { text } = this
    let i = this.pos
    while (i < text.length && isNameRest(text.charCodeAt(i))) i++
    return i
  }

  /** End of the name that begins here; `pos` where none does. */
  protected nameEnd(): number {
    const { text } = this
    let i = this.pos
    if (i >= text.length || !isNameStart(text.charCodeAt(i))) return i
    do i++
    while (i < text.length && isNameRest(text.charCodeAt(i)))
    return i
  }

  /** Reads any word, reserved ones too. */
  plainName(): Name | undefined {
    const start = this.pos
    const end = this.nameEnd()
    if (end === start) return undefined
    this.pos = end
    return { text: this.text.slice(start, end), span: this.span(start, end) }
  }

  /** Reads a name. A reserved word is noted as a mistake and not read. */
  name(): Name | undefined {
    const name = this.plainName()
    if (name === undefined || !isReserved(name.text)) return name
    this.pos = name.span.start
    this.reservedWord(name)
    return undefined
  }

  /** Reads a name, which must stand here. */
  requireName(): Name {
    return this.name() ?? this.fail('identifier')
  }

  reservedWord(name: Name): void {
    this.report('Invalid identifier', name.span, { annotation: `\`${name.text}\` is a keyword` })
  }

  /** Ends the parse unless everything is read. */
  end(): void {
    if (this.pos < this.text.length) this.fail('end-of-input')
  }
}

export const quoted = (token: string): string => `\`${token}\``

/** `a`, `a or b`, `a, b, or c`, sorted and each once. */
const alternatives = (names: readonly string[]): string => {
  const sorted = [...new Set(names)].sort()
  const last = sorted.pop() ?? 'expression'
  if (sorted.length === 0) return last
  return sorted.length === 1 ? `${sorted[0]} or ${last}` : `${sorted.join(', ')}, or ${last}`
}
