/**
 * Reads patterns in the syntax of `java.util.regex` (JDK 17) and finds the same faults at the same places: the error
 * texts and indexes are part of the API (spec/stdlib.md §2.1).
 */
import { ClassReader } from './class-reader.ts'
import { Cursor, isAlpha, isAlphanumeric, isDigit } from './cursor.ts'
import { caseFold, hasFlag, type PatternFlag, withFlag } from './flags.ts'
import { EMPTY, lengthsOf, type Pattern, type Place, type RepeatMode } from './pattern.ts'
import { unquote } from './quoting.ts'

/** Groups inside groups. */
const MAX_DEPTH = 250
/** The largest count in `{n,m}`, 32 bits. */
const MAX_COUNT = 2 ** 31 - 1

export interface ParsedPattern {
  readonly pattern: Pattern
  readonly groupCount: number
  /** Back references make the outcome depend on what groups took. */
  readonly hasReferences: boolean
}

/** @throws PatternFault */
export function parsePattern(source: string): ParsedPattern {
  const reader = new PatternReader(new Cursor(unquote(source)))
  return reader.parse()
}

class PatternReader {
  private readonly at: Cursor
  private readonly classes: ClassReader
  private groups = 0
  private hasReferences = false
  private readonly names = new Map<string, number>()
  private depth = 0

  constructor(cursor: Cursor) {
    this.at = cursor
    this.classes = new ClassReader(cursor)
  }

  parse(): ParsedPattern {
    const pattern = this.choice()
    if (!this.at.atEnd()) throw this.at.fault("Unmatched closing ')'")
    return { pattern, groupCount: this.groups, hasReferences: this.hasReferences }
  }

  private choice(): Pattern {
    const branches = [this.sequence()]
    while (this.at.peek() === '|') {
      this.at.next()
      branches.push(this.sequence())
    }
    return branches.length === 1 ? (branches[0] as Pattern) : { kind: 'choice', branches }
  }

  private sequence(): Pattern {
    const items: Pattern[] = []
    for (;;) {
      const c = this.at.peek()
      if (c === '|' || c === ')' || this.at.atEnd()) break
      if (c === '?' || c === '*' || c === '+') {
        this.at.next()
        throw this.at.fault(`Dangling meta character '${c}'`)
      }
      const item = c === '(' ? this.group() : this.element(c)
      if (item) append(items, this.repeated(item))
    }
    return items.length === 1 ? (items[0] as Pattern) : { kind: 'sequence', items }
  }

  private element(c: string): Pattern {
    switch (c) {
      case '[':
        return { kind: 'set', test: this.classes.read() }
      case '\\':
        return this.escaped()
      case '^':
        this.at.next()
        return this.place(this.flag('m') ? 'line-start' : 'text-start')
      case '$':
        this.at.next()
        return this.place(this.flag('m') ? 'line-end' : 'last-line-end')
      case '.':
        this.at.next()
        return { kind: 'set', test: this.classes.dot() }
      case '{':
        // Only a quantifier can begin with a brace, and there is nothing to quantify.
        this.at.skip()
        throw this.at.fault('Illegal repetition')
      default:
        this.at.next()
        return this.literal(c)
    }
  }

  private flag(flag: PatternFlag): boolean {
    return hasFlag(this.at.flags, flag)
  }

  private place(place: Place): Pattern {
    return { kind: 'place', place, unixLines: this.flag('d') }
  }

  private literal(text: string): Pattern {
    return this.flag('i') ? { kind: 'set', test: this.classes.single(text) } : { kind: 'text', text }
  }

  private escaped(): Pattern {
    const c = this.at.afterBackslash()
    if (c === 'k') return this.namedReference()
    if (c >= '1' && c <= '9') return this.numberedReference(Number(c))
    const place = this.placeOf(c)
    if (place) {
      this.at.skip()
      return place
    }
    if (c === 'R' || c === 'X') {
      this.at.skip()
      return c === 'R' ? LINE_BREAK : GRAPHEME
    }
    const read = this.classes.escape(false)
    return typeof read === 'string' ? this.literal(read) : { kind: 'set', test: read }
  }

  private placeOf(c: string): Pattern | undefined {
    const place = PLACES.get(c)
    return place && this.place(place)
  }

  /** `\\12` is group 12 if there are so many groups so far, else group 1 and the digit 2. */
  private numberedReference(first: number): Pattern {
    this.at.skip()
    let group = first
    for (let c = this.at.peek(); isDigit(c); c = this.at.peek()) {
      const longer = group * 10 + Number(c)
      if (this.groups < longer) break
      group = longer
      this.at.read()
    }
    return this.reference(group)
  }

  private namedReference(): Pattern {
    this.at.skip()
    if (this.at.read() !== '<') throw this.at.fault("\\k is not followed by '<' for named capturing group")
    const name = this.groupName(this.at.read())
    const group = this.names.get(name)
    if (group === undefined) throw this.at.fault(`named capturing group <${name}> does not exist`)
    return this.reference(group)
  }

  private reference(group: number): Pattern {
    this.hasReferences = true
    return { kind: 'reference', group, fold: caseFold(this.at.flags) }
  }

  /** Undefined for `(?i)`, which is no element. */
  private group(): Pattern | undefined {
    if (++this.depth > MAX_DEPTH) throw this.at.fault('Too many nested groups')
    const outer = this.at.flags
    const group = this.at.next() === '?' ? this.specialGroup() : this.capturing()
    this.depth--
    if (!group) return undefined
    this.at.accept(')', 'Unclosed group')
    this.at.flags = outer
    return group
  }

  private capturing(): Pattern {
    const group = ++this.groups
    return { kind: 'capture', group, body: this.choice() }
  }

  private specialGroup(): Pattern | undefined {
    const c = this.at.skip()
    switch (c) {
      case ':':
        return this.choice()
      case '=':
      case '!':
        return { kind: 'ahead', negative: c === '!', body: this.choice() }
      case '>':
        return { kind: 'atomic', body: this.choice() }
      case '<':
        return this.behindOrNamed(this.at.read())
      case '$':
      case '@':
        throw this.at.fault('Unknown group type')
      default:
        this.at.unread()
        return this.flagGroup()
    }
  }

  private behindOrNamed(c: string): Pattern {
    if (c !== '=' && c !== '!') return this.named(c)
    const body = this.choice()
    const lengths = lengthsOf(body)
    if (!Number.isFinite(lengths.max))
      throw this.at.fault('Look-behind group does not have an obvious maximum length')
    return { kind: 'behind', negative: c === '!', body, lengths }
  }

  private named(first: string): Pattern {
    const name = this.groupName(first)
    if (this.names.has(name)) throw this.at.fault(`Named capturing group <${name}> is already defined`)
    const group = ++this.groups
    this.names.set(name, group)
    return { kind: 'capture', group, body: this.choice() }
  }

  private groupName(first: string): string {
    if (!isAlpha(first)) throw this.at.fault('capturing group name does not start with a Latin letter')
    let name = first
    let c = this.at.read()
    for (; isAlphanumeric(c); c = this.at.read()) name += c
    if (c !== '>') throw this.at.fault("named capturing group is missing trailing '>'")
    return name
  }

  /** `(?i)` for the rest of the enclosing group, `(?i:…)` for its own content. */
  private flagGroup(): Pattern | undefined {
    this.readFlags()
    const c = this.at.read()
    if (c === ')') return undefined
    if (c !== ':') throw this.at.fault('Unknown inline modifier')
    return this.choice()
  }

  private readFlags(): void {
    let on = true
    for (let c = this.at.peek(); ; c = this.at.next()) {
      if (c === '-' && on) on = false
      else if (FLAGS.has(c)) this.at.flags = withFlag(this.at.flags, c as PatternFlag, on)
      else return
    }
  }

  private repeated(body: Pattern): Pattern {
    const [min, max] = this.quantifier() ?? []
    if (min === undefined || max === undefined) return body
    const mode = this.mode()
    return { kind: 'repeat', body, min, max, mode }
  }

  private quantifier(): readonly [min: number, max: number] | undefined {
    const c = this.at.peek()
    if (c === '{') return this.counts()
    const range = QUANTIFIERS.get(c)
    if (range) this.at.next()
    return range
  }

  private mode(): RepeatMode {
    const c = this.at.peek()
    if (c !== '?' && c !== '+') return 'greedy'
    this.at.next()
    return c === '?' ? 'lazy' : 'possessive'
  }

  private counts(): readonly [min: number, max: number] {
    const first = this.at.skip()
    if (!isDigit(first)) throw this.at.fault('Illegal repetition')
    const [min, after] = this.count(first)
    let max = min
    let c = after
    if (c === ',') {
      c = this.at.read()
      max = Number.POSITIVE_INFINITY
      if (c !== '}') [max, c] = this.count(c)
    }
    if (c !== '}') throw this.at.fault('Unclosed counted closure')
    if (max < min) throw this.at.fault('Illegal repetition range')
    return [min, max]
  }

  /** A number and the character behind it; 0 where there is no digit. */
  private count(first: string): [count: number, after: string] {
    let n = 0
    let c = first
    for (; isDigit(c); c = this.at.read()) {
      n = n * 10 + Number(c)
      if (n > MAX_COUNT) throw this.at.fault('Illegal repetition range')
    }
    return [n, c]
  }
}

const FLAGS: ReadonlySet<string> = new Set('idmsuxcU')

const QUANTIFIERS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['?', [0, 1]],
  ['*', [0, Number.POSITIVE_INFINITY]],
  ['+', [1, Number.POSITIVE_INFINITY]],
])

const PLACES: ReadonlyMap<string, Place> = new Map([
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['Z', 'last-line-end'],
  ['G', 'search-start'],
  ['b', 'word-boundary'],
  ['B', 'no-word-boundary'],
])

const LINE_BREAKS = /^[\n-\r\u0085\u2028\u2029]$/
const LINE_BREAK: Pattern = {
  kind: 'choice',
  branches: [
    { kind: 'text', text: '\r\n' },
    { kind: 'set', test: (c) => LINE_BREAKS.test(String.fromCodePoint(c)) },
  ],
}
const MARK = /^[\p{M}\u200d]$/u
/** A code point and the marks on it: what users take for one character, nearly. */
const GRAPHEME: Pattern = {
  kind: 'choice',
  branches: [
    { kind: 'text', text: '\r\n' },
    {
      kind: 'sequence',
      items: [
        { kind: 'set', test: () => true },
        {
          kind: 'repeat',
          body: { kind: 'set', test: (c) => MARK.test(String.fromCodePoint(c)) },
          min: 0,
          max: Number.POSITIVE_INFINITY,
          mode: 'possessive',
        },
      ],
    },
  ],
}

/** Joins neighbouring literals into one. */
function append(items: Pattern[], item: Pattern): void {
  const last = items.at(-1)
  if (item.kind === 'text' && last?.kind === 'text')
    items[items.length - 1] = { kind: 'text', text: last.text + item.text }
  else if (item !== EMPTY) items.push(item)
}
