/** Character classes, escapes and properties of a pattern. */
import { type Cursor, END, isAlphanumeric } from './cursor.ts'
import { caseFold, caseVariants, hasFlag } from './flags.ts'
import type { CodeTest } from './pattern.ts'
import { binaryProperty, block, jsSet, namedSet, posixUnicodeSet, script } from './properties.ts'

/** Classes inside classes. */
const MAX_DEPTH = 250
const MAX_CODE_POINT = 0x10ffff

const pointOf = (c: string): number => c.codePointAt(0) ?? 0
const not =
  (test: CodeTest): CodeTest =>
  (c) =>
    !test(c)
const LINE_END: CodeTest = (c) => c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029

/** The tests of a class, any of which may hold; remembers the answers for ASCII. */
function anyOf(singles: ReadonlySet<number>, tests: readonly CodeTest[]): CodeTest {
  if (tests.length === 0) return (c) => singles.has(c)
  return (c) => singles.has(c) || tests.some((test) => test(c))
}

/** Answers for ASCII from a table. */
function withTable(test: CodeTest): CodeTest {
  const table = Uint8Array.from({ length: 128 }, (_, c) => Number(test(c)))
  return (c) => (c < 128 ? table[c] === 1 : test(c))
}

export class ClassReader {
  private readonly at: Cursor
  private depth = 0
  constructor(cursor: Cursor) {
    this.at = cursor
  }

  /** `.` */
  dot(): CodeTest {
    if (hasFlag(this.at.flags, 's')) return () => true
    return hasFlag(this.at.flags, 'd') ? (c) => c !== 10 : not(LINE_END)
  }

  /** One literal, in the case that the flags ask for. */
  single(c: string): CodeTest {
    const fold = caseFold(this.at.flags)
    const point = pointOf(c)
    if (!fold) return (other) => other === point
    const folded = fold(point)
    return (other) => fold(other) === folded
  }

  /** At `[`: reads to behind the `]`. */
  read(): CodeTest {
    return withTable(this.class(true))
  }

  /** `consume`: takes the closing bracket; the operand of `&&` leaves it to its class. */
  private class(consume: boolean): CodeTest {
    if (++this.depth > MAX_DEPTH) throw this.at.fault('Too many nested classes')
    let c = this.at.next()
    const negative = c === '^' && this.at.ahead(-1) === '['
    if (negative) c = this.at.next()
    let left: CodeTest | undefined
    let singles = new Set<number>()
    let tests: CodeTest[] = []
    const isEmpty = () => left === undefined && singles.size === 0 && tests.length === 0
    const soFar = (): CodeTest | undefined => {
      if (singles.size === 0 && tests.length === 0) return left
      const more = anyOf(singles, tests)
      const before = left
      return before ? (p) => before(p) || more(p) : more
    }
    for (; ; c = this.at.peek()) {
      if (this.at.atEnd()) throw this.at.fault('Unclosed character class')
      if (c === ']' && !isEmpty()) break
      if (c === '[') tests.push(this.class(true))
      else if (c === '&' && this.at.ahead(1) === '&') {
        this.at.next()
        left = this.intersection(soFar())
        singles = new Set()
        tests = []
      } else this.range(singles, tests)
    }
    if (consume) this.at.next()
    this.depth--
    const test = soFar() as CodeTest
    return negative ? not(test) : test
  }

  /** At the second `&` of `&&`. */
  private intersection(left: CodeTest | undefined): CodeTest {
    const operands: CodeTest[] = []
    let c = this.at.next()
    for (; c !== ']' && c !== '&'; c = this.at.peek()) {
      if (this.at.atEnd()) throw this.at.fault('Unclosed character class')
      if (c !== '[') this.at.unread()
      operands.push(this.class(c === '['))
    }
    if (operands.length === 0) {
      if (!left) throw this.at.fault('Bad class syntax')
      return left
    }
    const right = anyOf(new Set(), operands)
    return left ? (p) => left(p) && right(p) : right
  }

  /** One character, a range of them or a predefined set. */
  private range(singles: Set<number>, tests: CodeTest[]): void {
    const c = this.at.peek()
    const first = c === '\\' ? this.escape(true) : c
    if (c !== '\\') this.at.next()
    if (typeof first !== 'string') tests.push(first)
    else if (this.at.peek() === '-' && this.at.ahead(1) !== '[' && this.at.ahead(1) !== ']')
      tests.push(this.rangeFrom(pointOf(first)))
    else this.addSingle(first, singles, tests)
  }

  private addSingle(c: string, singles: Set<number>, tests: CodeTest[]): void {
    if (caseFold(this.at.flags)) tests.push(this.single(c))
    else singles.add(pointOf(c))
  }

  private rangeFrom(low: number): CodeTest {
    const end = this.at.next()
    const last = end === '\\' ? this.escape(true) : end
    if (end !== '\\') this.at.next()
    const high = typeof last === 'string' ? pointOf(last) : -1
    if (high < low) throw this.at.fault('Illegal character range')
    const inside: CodeTest = (c) => c >= low && c <= high
    const { flags } = this.at
    return hasFlag(flags, 'i') ? (c) => inside(c) || caseVariants(c, flags).some(inside) : inside
  }

  /** At a backslash: the character that it means, or the set. */
  escape(inClass: boolean): string | CodeTest {
    const c = this.at.skip()
    if (this.at.beyondEnd()) throw this.at.fault('Unescaped trailing backslash')
    const set = this.predefined(c)
    if (set) return set
    if (c === 'p' || c === 'P') return this.property(c === 'P')
    const control = CONTROLS.get(c)
    if (control !== undefined) return control
    switch (c) {
      case '0':
        return this.octal()
      case 'c':
        return this.controlCharacter()
      case 'u':
        return this.unicode()
      case 'x':
        return this.hexadecimal()
      case 'N':
        throw this.at.fault('Illegal character name escape sequence')
    }
    // Digits are back references outside of classes, which the pattern reader takes before.
    if (isAlphanumeric(c) && (inClass || c < '0' || c > '9'))
      throw this.at.fault('Illegal/unsupported escape sequence')
    return c
  }

  private predefined(c: string): CodeTest | undefined {
    const lower = PREDEFINED.get(c.toLowerCase())
    if (!lower) return undefined
    const test = jsSet(hasFlag(this.at.flags, 'U') ? lower.unicode : lower.ascii)
    return c === c.toLowerCase() ? test : not(test)
  }

  private octal(): string {
    const first = this.octalDigit()
    if (first === undefined) throw this.at.fault('Illegal octal escape sequence')
    let value = first
    for (let more = first <= 3 ? 2 : 1; more > 0; more--) {
      const digit = this.octalDigit()
      if (digit === undefined) {
        this.at.unread()
        break
      }
      value = value * 8 + digit
    }
    return String.fromCodePoint(value)
  }
  private octalDigit(): number | undefined {
    const c = this.at.read()
    return c >= '0' && c <= '7' ? Number(c) : undefined
  }

  private controlCharacter(): string {
    if (this.at.atEnd()) throw this.at.fault('Illegal control escape sequence')
    return String.fromCodePoint(pointOf(this.at.read()) ^ 64)
  }

  private hexDigits(count: number): number | undefined {
    let value = 0
    for (let i = 0; i < count; i++) {
      const c = this.at.read()
      if (!isHex(c)) return undefined
      value = value * 16 + Number.parseInt(c, 16)
    }
    return value
  }

  /** `\\uXXXX`, two of them for a surrogate pair. */
  private unicode(): string {
    const unit = this.hexDigits(4)
    if (unit === undefined) throw this.at.fault('Illegal Unicode escape sequence')
    const isHigh = unit >= 0xd800 && unit <= 0xdbff
    if (!isHigh || this.at.ahead(0) !== '\\' || this.at.ahead(1) !== 'u') return String.fromCharCode(unit)
    this.at.skip()
    const low = this.hexDigits(4)
    if (low === undefined) throw this.at.fault('Illegal Unicode escape sequence')
    return String.fromCharCode(unit, low)
  }

  private hexadecimal(): string {
    if (this.at.peek() !== '{') {
      const value = this.hexDigits(2)
      if (value === undefined) throw this.at.fault('Illegal hexadecimal escape sequence')
      return String.fromCodePoint(value)
    }
    this.at.next()
    let value = 0
    let digits = 0
    let c = this.at.read()
    for (; isHex(c); c = this.at.read(), digits++) {
      value = value * 16 + Number.parseInt(c, 16)
      if (value > MAX_CODE_POINT) throw this.at.fault('Hexadecimal codepoint is too big')
    }
    if (c !== '}') throw this.at.fault('Unclosed hexadecimal escape sequence')
    if (digits === 0) throw this.at.fault('Illegal hexadecimal escape sequence')
    return String.fromCodePoint(value)
  }

  /** Behind `\p`. */
  private property(negative: boolean): CodeTest {
    const name = this.propertyName()
    const test = this.resolve(name)
    return negative ? not(test) : test
  }

  private propertyName(): string {
    if (this.at.peek() !== '{') return this.at.read()
    this.at.next()
    const name = this.at.readUntil('}')
    if (name === undefined) throw this.at.fault('Unclosed character family')
    if (name === '') throw this.at.fault('Empty character family')
    return name
  }

  private resolve(name: string): CodeTest {
    const equals = name.indexOf('=')
    if (equals >= 0) return this.keyed(name.slice(0, equals).toLowerCase(), name.slice(equals + 1))
    if (name.startsWith('In')) return this.known(block(name.slice(2)), 'block name', name.slice(2))
    const short = name.slice(2)
    const test = name.startsWith('Is')
      ? (binaryProperty(short) ?? namedSet(short) ?? script(short))
      : (hasFlag(this.at.flags, 'U') && posixUnicodeSet(name)) || namedSet(name)
    return this.known(test, 'property name', name)
  }

  private keyed(key: string, value: string): CodeTest {
    if (key === 'sc' || key === 'script') return this.known(script(value), 'script name', value)
    if (key === 'blk' || key === 'block') return this.known(block(value), 'block name', value)
    const test = key === 'gc' || key === 'general_category' ? namedSet(value) : undefined
    if (test) return test
    throw this.at.fault(`Unknown Unicode property {name=<${key}>, value=<${value}>}`)
  }

  private known(test: CodeTest | undefined, what: string, name: string): CodeTest {
    if (test) return test
    throw this.at.fault(`Unknown character ${what} {${name === END ? '' : name}}`)
  }
}

const isHex = (c: string): boolean => /^[0-9A-Fa-f]$/.test(c)

const PREDEFINED: ReadonlyMap<string, { readonly ascii: string; readonly unicode: string }> = new Map([
  ['d', { ascii: '[0-9]', unicode: '\\p{Nd}' }],
  ['w', { ascii: '[A-Za-z0-9_]', unicode: '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]' }],
  ['s', { ascii: '[\\t-\\r ]', unicode: '\\p{White_Space}' }],
  ['h', both('[ \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]')],
  ['v', both('[\\n-\\r\\x85\\u2028\\u2029]')],
])
function both(set: string) {
  return { ascii: set, unicode: set }
}

const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
