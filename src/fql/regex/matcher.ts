/**
 * Matches by backtracking that never tries the same state twice: what once failed at a place is remembered, so that
 * the time is linear in the text. Only back references, look-behind and repeated look-ahead can take longer; the
 * number of steps is limited.
 */
import { placeHolds } from './places.ts'
import type { Instruction, Program } from './program.ts'

export type Match = readonly [start: number, end: number]

/** Steps of one matcher: about half a second. */
const MAX_STEPS = 50_000_000
/** Entries of the stack. */
const MAX_STACK = 12_000_000
/** Bits of remembered states: 64 MiB. */
const MAX_MEMORY = 2 ** 29

/** Matching took too many steps or too much memory. Thrown. */
export class MatchTooExpensive {}

/** Markers on the stack, where else the number of an instruction stands; below the last one: failed loops. */
const RESTORE = -1
const RUN_FAILED = -2

export class Matcher {
  private readonly program: Program
  private readonly text: string
  /** Where the searched text begins: places see nothing before it. */
  private base = 0
  private searchStart = 0
  /** Bits of split states that were tried; undefined: not remembered. */
  private readonly tried: Uint32Array | undefined
  private readonly triedList: number[] = []
  /** For each loop over a set: a stretch of text it takes, from all places of which going on failed. */
  private readonly runEnd: number[]
  private readonly runFailedFrom: number[]
  private readonly slots: number[]
  private readonly allMarks: number
  private readonly stack: number[] = []
  private steps = 0
  /** The end that a look-behind must reach; −1: any. */
  private target = -1

  constructor(program: Program, text: string) {
    this.program = program
    this.text = text
    this.allMarks = 2 ** program.marks - 1
    this.runEnd = new Array<number>(program.loops).fill(-1)
    this.runFailedFrom = new Array<number>(program.loops).fill(-1)
    this.slots = new Array<number>(program.slots).fill(-1)
    const bits = program.states * 2 ** program.marks * (text.length + 1)
    if (bits > MAX_MEMORY) throw new MatchTooExpensive()
    this.tried = program.hasReferences || bits === 0 ? undefined : new Uint32Array(Math.ceil(bits / 32))
  }

  /** The first match that starts at or after `from`, in the text from `base` on. */
  find(from: number, base = 0): Match | undefined {
    this.base = base
    this.searchStart = from
    this.forget()
    const { prefix } = this.program
    for (let start = from; start <= this.text.length; start++) {
      if (prefix !== '') start = this.text.indexOf(prefix, start)
      if (start < 0) return undefined
      if (this.program.wide && this.isInsidePair(start)) continue
      const end = this.run(0, start, this.allMarks)
      if (end >= 0) return [start, end]
      this.step()
    }
    return undefined
  }

  /** All matches from left to right; behind an empty one the search goes on one unit later. */
  findAll(): Match[] {
    const found: Match[] = []
    for (let from = 0; from <= this.text.length; ) {
      const match = this.find(from)
      if (!match) break
      found.push(match)
      const [start, end] = match
      from = end === start ? end + 1 : end
    }
    return found
  }

  private step(): void {
    if (++this.steps > MAX_STEPS) throw new MatchTooExpensive()
  }

  /** What failed on the way to a match is forgotten with what succeeded. */
  private forget(): void {
    const { tried } = this
    if (tried) for (const word of this.triedList) tried[word] = 0
    this.triedList.length = 0
    this.runEnd.fill(-1)
    this.runFailedFrom.fill(-1)
    if (this.program.hasReferences) this.slots.fill(-1)
  }

  /** Whether the state is new; then it is remembered. */
  private isNew(state: number, marks: number, at: number): boolean {
    const { tried } = this
    if (!tried || this.target >= 0) return true
    const bit = (state * (this.allMarks + 1) + marks) * (this.text.length + 1) + at
    const word = Math.floor(bit / 32)
    const old = tried[word] as number
    const mask = 1 << (bit % 32)
    if (old & mask) return false
    if (old === 0) this.triedList.push(word)
    tried[word] = old | mask
    return true
  }

  /** Runs from an instruction to its `match`; the end of the match, or −1. */
  private run(first: number, start: number, startMarks: number): number {
    const { code } = this.program
    const { stack } = this
    const floor = stack.length
    let pc = first
    let at = start
    let marks = startMarks
    for (;;) {
      this.step()
      const i = code[pc] as Instruction
      let ok = true
      switch (i.op) {
        case 'text':
          if (this.text.startsWith(i.text, at)) {
            at += i.text.length
            marks = this.allMarks
            pc++
          } else ok = false
          break
        case 'set': {
          const width = this.widthOf(i.test, at)
          if (width > 0) {
            at += width
            marks = this.allMarks
            pc++
          } else ok = false
          break
        }
        case 'split':
          if (this.isNew(i.state, marks, at)) {
            this.push(i.second, at, marks)
            pc = i.first
          } else ok = false
          break
        case 'jump':
          pc = i.to
          break
        case 'run': {
          const end = this.startRun(i, pc, at, marks)
          if (end < 0) ok = false
          else {
            if (end > at) marks = this.allMarks
            at = end
            pc++
          }
          break
        }
        case 'enter':
          marks &= ~(1 << i.mark)
          pc++
          break
        case 'again':
          if (marks & (1 << i.mark)) pc = i.to
          else {
            marks |= 1 << i.mark
            pc++
          }
          break
        case 'save':
          this.push(RESTORE, i.slot, this.slots[i.slot] as number)
          this.slots[i.slot] = at
          pc++
          break
        case 'reference': {
          const end = this.reference(i, at)
          if (end < 0) ok = false
          else {
            if (end > at) marks = this.allMarks
            at = end
            pc++
          }
          break
        }
        case 'place':
          ok = placeHolds(i, this.text, at, this.base, this.searchStart)
          pc++
          break
        case 'atomic': {
          const end = this.aside(i.start, at, -1)
          if (end < 0) ok = false
          else {
            if (end > at) marks = this.allMarks
            at = end
            pc = i.after
          }
          break
        }
        case 'ahead':
          ok = this.aside(i.start, at, -1) >= 0 !== i.negative
          pc = i.after
          break
        case 'behind':
          ok = this.looksBehind(i, at) !== i.negative
          pc = i.after
          break
        case 'match':
          if (this.target < 0 || at === this.target) {
            this.dropChoices(floor)
            return at
          }
          ok = false
      }
      if (ok) continue
      // Back to the last choice.
      for (;;) {
        if (stack.length === floor) return -1
        const c = stack.pop() as number
        const b = stack.pop() as number
        const a = stack.pop() as number
        if (a === RESTORE) this.slots[b] = c
        else if (a <= RUN_FAILED) this.noteFailedRun(RUN_FAILED - a, b, c)
        else if (a >= code.length) {
          const loop = a - code.length
          const next = this.continueRun(code[loop] as RunInstruction, a, b, c)
          if (next < 0) continue
          pc = loop + 1
          at = next
          marks = this.allMarks
          break
        } else {
          pc = a
          at = b
          marks = c
          break
        }
      }
    }
  }

  /** Ends a run: its choices are final, but what groups took can still be undone by the run around it. */
  private dropChoices(floor: number): void {
    const { stack } = this
    let kept = floor
    for (let k = floor; this.program.hasReferences && k < stack.length; k += 3)
      if (stack[k] === RESTORE) {
        stack.copyWithin(kept, k, k + 3)
        kept += 3
      }
    stack.length = kept
  }

  private push(a: number, b: number, c: number): void {
    if (this.stack.length > MAX_STACK) throw new MatchTooExpensive()
    this.stack.push(a, b, c)
  }

  /** Width of the code point at a place if it passes the test, else 0. */
  private widthOf(test: (c: number) => boolean, at: number): number {
    if (at >= this.text.length) return 0
    const c = this.text.codePointAt(at) as number
    return test(c) ? (c > 0xffff ? 2 : 1) : 0
  }

  /** A loop over a set: where to go on first, or −1. Its other ends are left on the stack. */
  private startRun(i: RunInstruction, pc: number, at: number, marks: number): number {
    const low = this.advance(i, at, i.min)
    if (low < 0 || i.max === i.min) return low
    if (i.mode === 'possessive') return this.advanceAtMost(i, low, i.max - i.min)
    // The nearest end that took text; one that took none is apart, as it keeps the marks.
    const first = low > at ? low : low + this.widthOf(i.test, low)
    if (first === at) return low
    const remember = this.canRemember(i)
    if (remember && this.knowsFailure(i.loop, first)) return low > at ? -1 : low
    if (i.mode === 'lazy') {
      this.push(this.runFrame(pc), low, remember ? ~first : i.max - i.min)
      return low
    }
    if (low === at) this.push(pc + 1, at, marks)
    return this.startGreedy(i, pc, first, i.max - i.min - (low === at ? 1 : 0), remember)
  }

  private startGreedy(i: RunInstruction, pc: number, first: number, more: number, remember: boolean): number {
    const failedFrom = remember ? (this.runFailedFrom[i.loop] as number) : -1
    let end = first
    let whole = -1
    for (let left = more; left > 0; left--) {
      const width = this.widthOf(i.test, end)
      if (width === 0) break
      this.step()
      if (end + width === failedFrom) {
        whole = this.runEnd[i.loop] as number
        break
      }
      end += width
    }
    if (remember) this.push(RUN_FAILED - i.loop, first, Math.max(whole, end))
    if (end > first) this.push(this.runFrame(pc), end, first)
    return end
  }

  /** On the stack: a loop to be gone on with, told apart from an instruction to go on at. */
  private runFrame(pc: number): number {
    return pc + this.program.code.length
  }

  /**
   * The next end of a loop that is tried again. Greedy ones shrink down to `bound`; lazy ones grow, `bound` times or,
   * when it is negative, without end, and it is the complement of the first end.
   */
  private continueRun(i: RunInstruction, frame: number, at: number, bound: number): number {
    this.step()
    if (i.mode === 'greedy') {
      const shorter = this.stepBack(at)
      if (shorter > bound) this.push(frame, shorter, bound)
      return shorter
    }
    const next = bound === 0 ? at : at + this.widthOf(i.test, at)
    if (next === at) {
      if (bound < 0) this.noteFailedRun(i.loop, ~bound, at)
      return -1
    }
    if (bound < 0 && next === this.runFailedFrom[i.loop]) {
      this.noteFailedRun(i.loop, ~bound, this.runEnd[i.loop] as number)
      return -1
    }
    this.push(frame, next, bound < 0 ? bound : bound - 1)
    return next
  }

  private canRemember(i: RunInstruction): boolean {
    return i.max === Number.POSITIVE_INFINITY && !this.program.hasReferences && this.target < 0
  }

  /** Whether going on was tried from all ends of this stretch from here on. */
  private knowsFailure(loop: number, at: number): boolean {
    const from = this.runFailedFrom[loop] as number
    return from >= 0 && at >= from && at <= (this.runEnd[loop] as number)
  }

  private noteFailedRun(loop: number, first: number, end: number): void {
    this.runFailedFrom[loop] = first
    this.runEnd[loop] = end
  }

  /** Takes exactly `count`; −1 when there are fewer. */
  private advance(i: RunInstruction, from: number, count: number): number {
    let at = from
    for (let left = count; left > 0; left--) {
      const width = this.widthOf(i.test, at)
      if (width === 0) return -1
      this.step()
      at += width
    }
    return at
  }

  private advanceAtMost(i: RunInstruction, from: number, count: number): number {
    let at = from
    for (let left = count; left > 0; left--) {
      const width = this.widthOf(i.test, at)
      if (width === 0) break
      this.step()
      at += width
    }
    return at
  }

  private stepBack(at: number): number {
    return at - (this.isInsidePair(at - 1) ? 2 : 1)
  }

  private isInsidePair(at: number): boolean {
    const unit = this.text.charCodeAt(at)
    return unit >= 0xdc00 && unit <= 0xdfff && (this.text.codePointAt(at - 1) ?? 0) > 0xffff
  }

  private reference(i: Instruction & { op: 'reference' }, at: number): number {
    const start = this.slots[2 * i.group] ?? -1
    const end = this.slots[2 * i.group + 1] ?? -1
    if (start < 0 || end < start) return -1
    const wanted = this.text.slice(start, end)
    const there = this.text.slice(at, at + wanted.length)
    this.steps += wanted.length
    return there === wanted || (i.fold && sameFolded(there, wanted, i.fold)) ? at + wanted.length : -1
  }

  /** A sub-pattern on its own. What its states answered holds for its start only, so nothing of it is remembered. */
  private aside(start: number, at: number, target: number): number {
    const outer = this.target
    this.target = target
    const marked = this.triedList.length
    const end = this.run(start, at, this.allMarks)
    this.target = outer
    if (end >= 0) this.forgetSince(marked)
    return end
  }

  private forgetSince(marked: number): void {
    // Words may hold bits of before; forgetting too much costs time only.
    const { tried } = this
    if (tried) for (let k = marked; k < this.triedList.length; k++) tried[this.triedList[k] as number] = 0
    this.triedList.length = marked
    this.runEnd.fill(-1)
    this.runFailedFrom.fill(-1)
  }

  private looksBehind(i: Instruction & { op: 'behind' }, at: number): boolean {
    const { min, max } = i.lengths
    for (let length = min; length <= max && at - length >= this.base; length++)
      if (this.aside(i.start, at - length, at) >= 0) return true
    return false
  }
}

type RunInstruction = Instruction & { op: 'run' }

function sameFolded(a: string, b: string, fold: (c: number) => number): boolean {
  const xs = Array.from(a, (c) => fold(c.codePointAt(0) as number))
  const ys = Array.from(b, (c) => fold(c.codePointAt(0) as number))
  return xs.length === ys.length && xs.every((x, k) => x === ys[k])
}
