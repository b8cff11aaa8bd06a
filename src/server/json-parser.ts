/** Reads JSON text (RFC 8259) into a `JsonValue`. Strict, linear in the length of the text, bounded in depth. */
import { JsonDouble, JsonObject, type JsonValue } from '#src/lib/json.ts'
import { maxJsonDepth } from '#src/lib/limits.ts'

/** `depth`: nested more deeply than allowed. `syntax`: not JSON, or an integer that does not fit in 64 bits. */
export class JsonError extends Error {
  readonly reason: 'syntax' | 'depth'

  constructor(reason: 'syntax' | 'depth') {
    super(reason)
    this.reason = reason
  }
}

/** The value of a JSON text; throws `JsonError`. */
export function parseJson(text: string): JsonValue {
  const parser = new Parser(text)
  const value = parser.value(0)
  parser.end()
  return value
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const minLong = -(2n ** 63n)
const maxLong = 2n ** 63n - 1n
/** Digits of the longest 64-bit integer, sign included. */
const maxLongLength = 20

class Parser {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  end(): void {
    if (!Number.isNaN(this.peek())) throw new JsonError('syntax')
  }

  /** The next character that is not white space, as a code; NaN at the end. */
  private peek(): number {
    const text = this.text
    for (;;) {
      const c = text.charCodeAt(this.at)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return c
      this.at++
    }
  }

  value(depth: number): JsonValue {
    switch (this.peek()) {
      case quote:
        return this.string()
      case openBrace:
        return this.object(depth + 1)
      case openBracket:
        return this.array(depth + 1)
      case 0x74:
        return this.word('true', true)
      case 0x66:
        return this.word('false', false)
      case 0x6e:
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw new JsonError('syntax')
    this.at += word.length
    return value
  }

  private object(depth: number): JsonObject {
    if (depth > maxJsonDepth) throw new JsonError('depth')
    const keys: string[] = []
    const values: JsonValue[] = []
    this.at++
    if (this.peek() === closeBrace) {
      this.at++
      return new JsonObject(keys, values)
    }
    do {
      if (this.peek() !== quote) throw new JsonError('syntax')
      keys.push(this.string())
      if (this.peek() !== colon) throw new JsonError('syntax')
      this.at++
      values.push(this.value(depth))
    } while (this.more(closeBrace))
    return new JsonObject(keys, values)
  }

  private array(depth: number): JsonValue[] {
    if (depth > maxJsonDepth) throw new JsonError('depth')
    const items: JsonValue[] = []
    this.at++
    if (this.peek() === closeBracket) {
      this.at++
      return items
    }
    do {
      items.push(this.value(depth))
    } while (this.more(closeBracket))
    return items
  }

  /** After an item: a comma (another follows) or the closing character. */
  private more(close: number): boolean {
    const c = this.peek()
    this.at++
    if (c === comma) return true
    if (c === close) return false
    throw new JsonError('syntax')
  }

  private string(): string {
    const text = this.text
    const start = this.at + 1
    for (let i = start; ; i++) {
      const c = text.charCodeAt(i)
      if (c === quote) {
        this.at = i + 1
        return text.slice(start, i)
      }
      if (c === backslash) return this.escapedString(i)
      if (!(c >= 0x20)) throw new JsonError('syntax')
    }
  }

  /** The string that begins at the position and has its first escape at `i`. */
  private escapedString(i: number): string {
    const text = this.text
    while (text.charCodeAt(i) !== quote) {
      if (i >= text.length) throw new JsonError('syntax')
      i += text.charCodeAt(i) === backslash ? 2 : 1
    }
    const literal = text.slice(this.at, i + 1)
    this.at = i + 1
    try {
      return JSON.parse(literal) as string
    } catch {
      throw new JsonError('syntax')
    }
  }

  private number(): number | bigint | JsonDouble {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match === null) throw new JsonError('syntax')
    this.at = pattern.lastIndex
    const literal = match[0]
    if (match[1] !== undefined || match[2] !== undefined) return new JsonDouble(Number(literal))
    return integer(literal)
  }
}

function integer(literal: string): number | bigint {
  const value = Number(literal)
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value
  if (literal.length > maxLongLength) throw new JsonError('syntax')
  const exact = BigInt(literal)
  if (exact < minLong || exact > maxLong) throw new JsonError('syntax')
  return exact
}
