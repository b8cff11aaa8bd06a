import { isBlank, isDigit, isDisplayable, isHexDigit, isLineEnd, isNameRest } from './characters.ts'
import { quoted, Scanner } from './scanner.ts'
import type { Expr, FloatLiteral, IntLiteral, Name, StringLiteral, TemplateExpr } from './tree.ts'

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['`', '`'],
  ['#', '#'],
  ['0', '\0'],
  ['n', '\n'],
  ['r', '\r'],
  ['v', '\v'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
])

/** Numbers with a prefix: the letter of it, and what digits are called. */
const isRadixDigit: Readonly<Record<string, (c: number) => boolean>> = {
  x: isHexDigit,
  o: (c) => c >= 0x30 && c <= 0x37,
  b: (c) => c === 0x30 || c === 0x31,
}

type Part = string | Expr

/** A line of a here-document: its parts, then the line ends that follow it. */
interface Line {
  readonly parts: Part[]
  readonly ends: string
}

/** Numbers and strings (spec/language.md §1.3, §1.4). */
export abstract class LiteralGrammar extends Scanner {
  /**
   * Reads an expression, but not what blanks follow it on further lines; `undefined` where none begins.
   * `short` says whether it may be a short lambda.
   */
  abstract expression(short: boolean): Expr | undefined

  requireExpression(short = false): Expr {
    return this.expression(short) ?? this.fail('expression')
  }

  // ---------------------------------------------------------------- numbers

  /** A number with its sign, or nothing read. */
  protected number(): IntLiteral | FloatLiteral | undefined {
    const start = this.pos
    const negative = this.sign()
    const literal = isDigit(this.code()) ? this.unsigned(start, negative) : undefined
    if (literal === undefined) this.pos = start
    return literal
  }

  /** An integer with its sign; a fraction is left unread. */
  protected integer(): IntLiteral | undefined {
    const start = this.pos
    const negative = this.sign()
    if (!isDigit(this.code())) {
      this.pos = start
      return undefined
    }
    const digits = this.radixDigits() ?? this.decimalDigits()
    return this.int(start, negative, digits)
  }

  private sign(): boolean {
    const c = this.code()
    if (c !== 0x2b && c !== 0x2d) return false
    this.pos++
    this.ws()
    return c === 0x2d
  }

  private unsigned(start: number, negative: boolean): IntLiteral | FloatLiteral {
    const radix = this.radixDigits()
    if (radix !== undefined) return this.int(start, negative, radix)
    const digits = this.decimalDigits()
    this.commits++
    const fraction = this.fraction()
    if (fraction === '') return this.int(start, negative, digits)
    const text = `${negative ? '-' : ''}${digits}${fraction}`.replaceAll('_', '')
    return { kind: 'float', text, span: this.span(start) }
  }

  private int(start: number, negative: boolean, digits: string): IntLiteral {
    const value = BigInt(digits.includes('_') ? digits.replaceAll('_', '') : digits)
    return { kind: 'int', value: negative ? -value : value, span: this.span(start) }
  }

  /** `0x1f`, `0o17`, `0b11`: the text, in which JavaScript reads the same number. */
  private radixDigits(): string | undefined {
    if (this.code() !== 0x30) return undefined
    const isRadix = isRadixDigit[(this.text[this.pos + 1] ?? '').toLowerCase()]
    if (isRadix === undefined) return undefined
    const start = this.pos
    this.pos += 2
    this.commits++
    let some = false
    for (let c = this.code(); isRadix(c) || c === 0x5f; c = this.code()) {
      some ||= c !== 0x5f
      this.pos++
    }
    if (!some) this.fail('digit')
    return this.text.slice(start, this.pos)
  }

  private decimalDigits(): string {
    const start = this.pos++
    if (this.text.charCodeAt(start) !== 0x30) this.skipDigits()
    return this.text.slice(start, this.pos)
  }

  private skipDigits(): void {
    for (let c = this.code(); isDigit(c) || c === 0x5f; c = this.code()) this.pos++
  }

  /** `.5`, `.5e3`, `e3`, or ''. A dot without a digit is left: it selects a field. */
  private fraction(): string {
    const start = this.pos
    if (this.code() === 0x2e) {
      this.pos++
      if (!isDigit(this.code())) {
        this.missed('digit')
        this.pos = start
        return ''
      }
      this.skipDigits()
    }
    this.exponent()
    return this.text.slice(start, this.pos)
  }

  private exponent(): void {
    if ((this.code() | 0x20) !== 0x65) return
    this.pos++
    const c = this.code()
    if (c === 0x2b || c === 0x2d) this.pos++
    if (!isDigit(this.code())) this.fail('digit')
    this.skipDigits()
  }

  // ---------------------------------------------------------------- quoted strings

  /** A string without interpolation in `quote`s. */
  protected plainString(quote: '"' | "'"): StringLiteral | undefined {
    if (this.text[this.pos] !== quote) return undefined
    const start = this.mark()
    const commits = this.commits
    this.pos++
    const value = this.stringText(quote.charCodeAt(0), false)
    if (this.text[this.pos] !== quote) return this.unclosed(start.pos, commits, JSON.stringify(quote))
    this.pos++
    return { kind: 'string', value, span: this.span(start.pos) }
  }

  /** A string in double quotes, with interpolations. */
  protected interpolatedString(): StringLiteral | TemplateExpr | undefined {
    if (this.code() !== 0x22) return undefined
    const start = this.pos++
    const commits = this.commits
    const parts: Part[] = []
    for (;;) {
      const text = this.stringText(0x22, true)
      if (text !== '') parts.push(text)
      if (this.code() !== 0x23) break
      parts.push(this.interpolation())
    }
    if (this.code() !== 0x22) return this.unclosed(start, commits, quoted('"'))
    this.pos++
    const span = this.span(start)
    const [first = ''] = parts
    if (parts.length <= 1 && typeof first === 'string') return { kind: 'string', value: first, span }
    return { kind: 'template', parts, span }
  }

  /** A string that does not end is no string, unless something in it already said that it is one. */
  private unclosed(start: number, commits: number, name: string): undefined {
    if (this.commits !== commits) this.fail(name)
    this.pos = start
    return undefined
  }

  /** Text up to the closing `quote`, an interpolation, or a character that may not stand here. */
  private stringText(quote: number, interpolated: boolean): string {
    let value = ''
    let start = this.pos
    for (;;) {
      const c = this.code()
      if (c === 0x5c) {
        value += this.text.slice(start, this.pos) + this.escape()
        start = this.pos
      } else if (c === quote || !isDisplayable(c) || (interpolated && c === 0x23 && this.code(1) === 0x7b)) {
        return value + this.text.slice(start, this.pos)
      } else this.pos++
    }
  }

  /** `#{ expr }` */
  private interpolation(): Expr {
    this.pos += 2
    this.commits++
    this.nl()
    const expr = this.requireExpression()
    this.nl()
    this.close('}')
    return expr
  }

  private escape(): string {
    const start = this.pos++
    this.commits++
    const c = this.text[this.pos] ?? ''
    if (c === 'x') return this.codePoint(start, () => this.hexDigits(2))
    if (c === 'u') return this.codePoint(start, () => this.unicodeDigits())
    const value = ESCAPES.get(c)
    if (value === undefined) this.fail('escape code')
    this.pos++
    return value
  }

  private codePoint(start: number, digits: () => string): string {
    this.pos++
    const point = Number.parseInt(digits(), 16)
    if (point > 0x10ffff) return this.invalidEscape(start, 'outside of valid unicode range')
    if (point >= 0xd800 && point <= 0xdfff) return this.invalidEscape(start, 'surrogates are disallowed')
    return String.fromCodePoint(point)
  }

  private invalidEscape(start: number, annotation: string): never {
    return this.reject('Invalid escape', this.span(start), { annotation })
  }

  private hexDigits(count: number): string {
    const start = this.pos
    while (this.pos < start + count) {
      if (!isHexDigit(this.code())) this.fail('hex digit')
      this.pos++
    }
    return this.text.slice(start, this.pos)
  }

  private unicodeDigits(): string {
    if (this.code() !== 0x7b) {
      if (!isHexDigit(this.code())) this.fail('`{`', 'hex digit')
      return this.hexDigits(4)
    }
    const start = ++this.pos
    while (this.pos < start + 6 && isHexDigit(this.code())) this.pos++
    if (this.pos === start) this.fail('hex digit')
    const digits = this.text.slice(start, this.pos)
    if (digits.length < 6 && this.code() !== 0x7d) this.missed('hex digit')
    this.close('}')
    return digits
  }

  /** A string that names a field of an object literal or object type. */
  protected quotedKey(): Name | undefined {
    const key = this.plainString("'") ?? this.interpolatedKey()
    return key && { text: key.value, span: key.span }
  }

  /** An interpolation in a key is refused only when read: its place is underlined. */
  private interpolatedKey(): StringLiteral | undefined {
    const key = this.interpolatedString()
    if (key?.kind !== 'template') return key
    const first = key.parts.find((p) => typeof p !== 'string')!
    const hash = this.text.lastIndexOf('#{', first.span.start)
    this.reject('Object keys do not support interpolation', first.span, {
      related: [
        {
          kind: 'hint',
          message: 'Add a backslash to ignore the interpolation',
          span: this.span(hash, hash),
          suggestion: { text: '\\' },
        },
        { kind: 'hint', message: 'Use Object.fromEntries if you need a dynamic key', span: key.span },
      ],
    })
  }

  // ---------------------------------------------------------------- here-documents

  /** `<<-END` (plain) and `<<+END` (with interpolations). */
  protected hereDocument(): StringLiteral | TemplateExpr | undefined {
    const interpolated = this.startsWith('<<+')
    if (!interpolated && !this.startsWith('<<-')) return undefined
    const start = this.pos
    this.pos += 3
    this.commits++
    const word = this.hereWord()
    const lines: Line[] = []
    while (!this.hereEnd(word)) lines.push(this.hereLine(word, interpolated))
    const span = this.span(start)
    const parts = unindented(lines)
    if (parts.length === 0) return { kind: 'string', value: '', span }
    return interpolated ? { kind: 'template', parts, span } : { kind: 'string', value: parts.join(''), span }
  }

  private hereWord(): string {
    this.ws()
    const word = this.plainName() ?? this.fail('identifier')
    this.ws()
    if (!isLineEnd(this.code())) this.fail('newline')
    while (isLineEnd(this.code())) this.skipBlankLine()
    return word.text
  }

  /** Skips line ends, and the blanks after them when a further line end follows. */
  private skipBlankLine(): void {
    while (isLineEnd(this.code())) this.pos++
    const start = this.pos
    this.ws()
    if (!isLineEnd(this.code())) this.pos = start
  }

  private hereEnd(word: string): boolean {
    const start = this.pos
    this.ws()
    if (this.startsWith(word) && !isNameRest(this.code(word.length))) {
      this.pos += word.length
      return true
    }
    this.pos = start
    return false
  }

  private hereLine(word: string, interpolated: boolean): Line {
    const parts: Part[] = []
    for (let part = this.herePart(interpolated); part !== undefined; part = this.herePart(interpolated)) {
      parts.push(part)
    }
    const start = this.pos
    while (isLineEnd(this.code())) this.pos++
    if (this.pos === start) this.fail(JSON.stringify(word))
    return { parts, ends: this.text.slice(start, this.pos) }
  }

  private herePart(interpolated: boolean): Part | undefined {
    const start = this.pos
    for (;;) {
      const c = this.code()
      const atInterpolation = interpolated && c === 0x23 && this.code(1) === 0x7b
      if (!atInterpolation && isDisplayable(c) && !isLineEnd(c)) this.pos++
      else if (this.pos > start) return this.text.slice(start, this.pos)
      else return atInterpolation ? this.interpolation() : undefined
    }
  }
}

/** The lines without the indentation that all have; neighbouring texts are one. */
const unindented = (lines: readonly Line[]): Part[] => {
  const indent = lines.reduce(
    (least, line) => Math.min(least, indentOf(line.parts[0])),
    Number.POSITIVE_INFINITY,
  )
  const out: Part[] = []
  let text = ''
  for (const { parts, ends } of lines) {
    parts.forEach((part, i) => {
      if (typeof part === 'string') {
        text += i === 0 ? part.slice(indent) : part
        return
      }
      if (text !== '') out.push(text)
      out.push(part)
      text = ''
    })
    text += ends
  }
  if (text !== '') out.push(text)
  return out
}

const indentOf = (first: Part | undefined): number => {
  if (typeof first !== 'string') return 0
  let i = 0
  while (i < first.length && isBlank(first.charCodeAt(i))) i++
  return i
}
