/** Patterns compiled to instructions of the matcher. */

import { parsePattern } from './parser.ts'
import type { CodeTest, Fold, Lengths, Pattern, Place, RepeatMode } from './pattern.ts'

export type Instruction =
  | { readonly op: 'text'; readonly text: string }
  | { readonly op: 'set'; readonly test: CodeTest }
  /** Goes on at the next instruction first, at `other` when that fails. */
  | { readonly op: 'split'; readonly first: number; readonly second: number; readonly state: number }
  | { readonly op: 'jump'; readonly to: number }
  /** A repeated set: one stack entry however often it matches. `loop` numbers them. */
  | {
      readonly op: 'run'
      readonly test: CodeTest
      readonly min: number
      readonly max: number
      readonly mode: RepeatMode
      readonly loop: number
    }
  /** A loop whose body can match nothing: `enter` clears its mark, `again` goes back only if text was taken since. */
  | { readonly op: 'enter'; readonly mark: number }
  | { readonly op: 'again'; readonly mark: number; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'reference'; readonly group: number; readonly fold: Fold | undefined }
  | { readonly op: 'place'; readonly place: Place; readonly unixLines: boolean }
  /** Sub-patterns that run on their own, from `start` to a `match`; the next instruction is at `after`. */
  | { readonly op: 'atomic'; readonly start: number; readonly after: number }
  | { readonly op: 'ahead'; readonly start: number; readonly after: number; readonly negative: boolean }
  | {
      readonly op: 'behind'
      readonly start: number
      readonly after: number
      readonly negative: boolean
      readonly lengths: Lengths
    }
  | { readonly op: 'match' }

export interface Program {
  readonly code: readonly Instruction[]
  /** Numbers of splits, single-set loops, loops with marks, and capture slots. */
  readonly states: number
  readonly loops: number
  readonly marks: number
  readonly slots: number
  readonly hasReferences: boolean
  /** The pattern has code points beyond 16 bits: then no match begins inside a surrogate pair. */
  readonly wide: boolean
  /** What every match begins with. */
  readonly prefix: string
}

/** Instructions of one pattern; counted repetitions are written out. */
const MAX_INSTRUCTIONS = 20_000
/** Loops with empty bodies; each doubles the states. */
const MAX_MARKS = 8

const WIDE = /[\u{10000}-\u{10ffff}]/u

/** The pattern is right but larger than the matcher takes. Thrown. */
export class PatternTooLarge {}

/** @throws PatternFault, PatternTooLarge */
export function compilePattern(source: string): Program {
  const parsed = parsePattern(source)
  return {
    ...new Compiler(parsed.hasReferences, parsed.groupCount).compile(parsed.pattern),
    wide: WIDE.test(source),
  }
}

class Compiler {
  private readonly code: Instruction[] = []
  private readonly hasReferences: boolean
  private readonly slots: number
  private states = 0
  private loops = 0
  private marks = 0

  constructor(hasReferences: boolean, groupCount: number) {
    this.hasReferences = hasReferences
    this.slots = hasReferences ? 2 * (groupCount + 1) : 0
  }

  compile(pattern: Pattern): Omit<Program, 'wide'> {
    this.add(pattern)
    this.emit({ op: 'match' })
    const first = this.code[0]
    return {
      code: this.code,
      states: this.states,
      loops: this.loops,
      marks: this.marks,
      slots: this.slots,
      hasReferences: this.hasReferences,
      prefix: first?.op === 'text' ? first.text : '',
    }
  }

  private emit(instruction: Instruction): number {
    if (this.code.length >= MAX_INSTRUCTIONS) throw new PatternTooLarge()
    return this.code.push(instruction) - 1
  }
  /** Reserves a place for an instruction that is known later. */
  private reserve(): number {
    return this.emit({ op: 'match' })
  }

  private add(p: Pattern): void {
    switch (p.kind) {
      case 'text':
        this.emit({ op: 'text', text: p.text })
        break
      case 'set':
        this.emit({ op: 'set', test: p.test })
        break
      case 'sequence':
        for (const item of p.items) this.add(item)
        break
      case 'choice':
        this.choice(p.branches)
        break
      case 'repeat':
        this.repeat(p)
        break
      case 'capture':
        this.capture(p.group, p.body)
        break
      case 'reference':
        this.emit({ op: 'reference', group: p.group, fold: p.fold })
        break
      case 'place':
        this.emit({ op: 'place', place: p.place, unixLines: p.unixLines })
        break
      default:
        this.aside(p)
    }
  }

  private capture(group: number, body: Pattern): void {
    if (this.hasReferences) this.emit({ op: 'save', slot: 2 * group })
    this.add(body)
    if (this.hasReferences) this.emit({ op: 'save', slot: 2 * group + 1 })
  }

  private split(at: number, first: number, second: number): void {
    this.code[at] = { op: 'split', first, second, state: this.states++ }
  }

  private choice(branches: readonly Pattern[]): void {
    const exits: number[] = []
    for (const [i, branch] of branches.entries()) {
      const isLast = i === branches.length - 1
      const fork = isLast ? -1 : this.reserve()
      this.add(branch)
      if (isLast) break
      exits.push(this.reserve())
      this.split(fork, fork + 1, this.code.length)
    }
    for (const exit of exits) this.code[exit] = { op: 'jump', to: this.code.length }
  }

  private aside(p: Pattern & { kind: 'atomic' | 'ahead' | 'behind' }): void {
    const at = this.reserve()
    this.add(p.body)
    this.emit({ op: 'match' })
    const range = { start: at + 1, after: this.code.length }
    if (p.kind === 'atomic') this.code[at] = { op: 'atomic', ...range }
    else if (p.kind === 'ahead') this.code[at] = { op: 'ahead', ...range, negative: p.negative }
    else this.code[at] = { op: 'behind', ...range, negative: p.negative, lengths: p.lengths }
  }

  private repeat(p: Pattern & { kind: 'repeat' }): void {
    const { body, min, max, mode } = p
    const set = singleSet(body)
    if (set) {
      this.emit({ op: 'run', test: set, min, max, mode, loop: this.loops++ })
      return
    }
    if (mode === 'possessive') {
      this.aside({ kind: 'atomic', body: { ...p, mode: 'greedy' } })
      return
    }
    for (let i = 0; i < min; i++) {
      const before = this.code.length
      this.add(body)
      if (this.code.length === before) break
    }
    if (max === Number.POSITIVE_INFINITY) this.loop(body, mode === 'lazy')
    else this.options(body, max - min, mode === 'lazy')
  }

  /** `body*` */
  private loop(body: Pattern, lazy: boolean): void {
    const fork = this.reserve()
    const mark = canBeEmpty(body) ? this.marks++ : -1
    if (this.marks > MAX_MARKS) throw new PatternTooLarge()
    if (mark >= 0) this.emit({ op: 'enter', mark })
    this.add(body)
    this.emit(mark >= 0 ? { op: 'again', mark, to: fork } : { op: 'jump', to: fork })
    this.fork(fork, lazy)
  }

  /** `body{0,count}` */
  private options(body: Pattern, count: number, lazy: boolean): void {
    const forks: number[] = []
    for (let i = 0; i < count; i++) {
      forks.push(this.reserve())
      this.add(body)
    }
    for (const fork of forks) this.fork(fork, lazy)
  }

  /** At `fork`: the body that follows it or the end of the code so far. */
  private fork(fork: number, lazy: boolean): void {
    const end = this.code.length
    this.split(fork, lazy ? end : fork + 1, lazy ? fork + 1 : end)
  }
}

/** The test of a pattern that is one code point. */
function singleSet(p: Pattern): CodeTest | undefined {
  if (p.kind === 'set') return p.test
  if (p.kind !== 'text') return undefined
  const point = p.text.codePointAt(0) as number
  return String.fromCodePoint(point) === p.text ? (c) => c === point : undefined
}

function canBeEmpty(p: Pattern): boolean {
  switch (p.kind) {
    case 'text':
      return p.text === ''
    case 'set':
      return false
    case 'sequence':
      return p.items.every(canBeEmpty)
    case 'choice':
      return p.branches.some(canBeEmpty)
    case 'repeat':
      return p.min === 0 || canBeEmpty(p.body)
    case 'capture':
    case 'atomic':
      return canBeEmpty(p.body)
    default:
      return true
  }
}
