import { hasFlag, NO_FLAGS, type PatternFlags } from './flags.ts'

/** What is wrong with a pattern, and the code point at which the reference notices it. Thrown. */
export class PatternFault {
  readonly description: string
  readonly index: number
  constructor(description: string, index: number) {
    this.description = description
    this.index = index
  }
}

/** Ends a pattern; a real NUL in a pattern is told apart by the position. */
export const END = '\0'

export const isDigit = (c: string): boolean => c >= '0' && c <= '9' && c.length === 1
export const isAlpha = (c: string): boolean => /^[A-Za-z]$/.test(c)
export const isAlphanumeric = (c: string): boolean => isDigit(c) || isAlpha(c)

/**
 * A position in a pattern. Faults are reported one before the position, as the reference does, so the moves of its
 * reader are followed exactly: `next` and `peek` look, `read` and `skip` take.
 */
export class Cursor {
  private readonly points: readonly string[]
  private position = 0
  flags: PatternFlags = NO_FLAGS

  constructor(pattern: string) {
    this.points = Array.from(pattern)
  }

  private point(i: number): string {
    return this.points[i] ?? END
  }

  atEnd(): boolean {
    return this.position >= this.points.length
  }
  beyondEnd(): boolean {
    return this.position > this.points.length
  }

  /** The code point here; under `(?x)` behind white space and comments. */
  peek(): string {
    this.skipComments()
    return this.point(this.position)
  }
  /** Moves on, then looks. */
  next(): string {
    this.position++
    return this.peek()
  }
  /** Takes the code point here. */
  read(): string {
    this.skipComments()
    return this.point(this.position++)
  }
  /** Passes the code point here and takes the one behind it, whatever it is. */
  skip(): string {
    this.position += 2
    return this.point(this.position - 1)
  }
  unread(): void {
    this.position--
  }
  /** The code point `distance` behind the one here. */
  ahead(distance: number): string {
    return this.point(this.position + distance)
  }
  afterBackslash(): string {
    return this.ahead(1)
  }

  accept(expected: string, description: string): void {
    const atEnd = this.position >= this.points.length
    if (this.read() !== expected || atEnd) throw this.fault(description)
  }

  /** Takes everything up to the mark, and the mark; undefined when it is missing. */
  readUntil(mark: string): string | undefined {
    const end = this.points.indexOf(mark, this.position)
    const start = this.position
    this.position = (end < 0 ? this.points.length : end) + 1
    return end < 0 ? undefined : this.points.slice(start, end).join('')
  }

  fault(description: string): PatternFault {
    return new PatternFault(description, Math.max(0, this.position - 1))
  }

  private skipComments(): void {
    if (!hasFlag(this.flags, 'x')) return
    for (;;) {
      const c = this.points[this.position]
      if (c === '#') while (!this.atEnd() && !isLineEnd(this.point(this.position))) this.position++
      else if (c !== undefined && isSpace(c)) this.position++
      else return
    }
  }
}

const isSpace = (c: string): boolean => /^[\t-\r ]$/.test(c)
const isLineEnd = (c: string): boolean => /^[\n\r\u0085\u2028\u2029]$/.test(c)
