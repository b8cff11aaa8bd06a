import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'

/** Nested calls a query may make (the reference's `fqlx_max_stack_frames`). */
export const MAX_STACK_FRAMES = 2048
/** Steps that make a compute op, and the most ops of a query (spec/protocol.md §3.5, §6). */
export const STEPS_PER_COMPUTE_OP = 50
const MAX_COMPUTE_OPS = 12_000
/** Milliseconds after which a query gives the event loop back. */
const TIME_SLICE_MS = 5
/** Calls between two looks at the clock. */
const CLOCK_INTERVAL = 256
/** FQL calls on one JS stack; deeper ones start over on a fresh stack behind a promise. */
const FRAMES_PER_JS_STACK = 48

/** The query's time is up; answered by the server as `time_out`. */
export class DeadlineExceeded {
  readonly message = 'Query execution time limit exceeded.'
}

/** What all contexts of one run share: call stack, counters, logs, the clock. */
export class RunState {
  /** Argument lists of the calls that are running. Not unwound when a failure ends the query: then it is the trace. */
  readonly frames: Span[] = []
  readonly diagnostics: Diagnostic[] = []
  /** Performance hints, when the request wants them. */
  readonly wantsHints: boolean
  readonly hints = new Map<string, Diagnostic>()
  /** Calls so far. */
  steps = 0
  /** Calls so far of what writes. */
  writes = 0
  /** All that takes time: steps, and visits of elements, which cost nothing else. */
  private visits = 0
  private sliceEnd = performance.now() + TIME_SLICE_MS
  /** `performance.now()` at which the query must have ended. */
  readonly deadline: number

  constructor(deadline = Number.POSITIVE_INFINITY, performanceHints = false) {
    this.deadline = deadline
    this.wantsHints = performanceHints
  }

  /** Counts a call; answers a promise where the caller must first let others run. */
  enter(span: Span): Promise<void> | undefined {
    const fresh = this.push(span)
    return this.step() ?? fresh
  }

  /** A frame that is no call: a field, a projection, a set that runs its function. The frame of a call that fails stays. */
  push(span: Span): Promise<void> | undefined {
    const depth = this.frames.push(span)
    // The frame of the call that is about to be made does not count.
    if (depth - 1 > MAX_STACK_FRAMES) throw fail.stackOverflow(MAX_STACK_FRAMES)
    return depth % FRAMES_PER_JS_STACK === 0 ? Promise.resolve() : undefined
  }

  /** The frames of another place, outermost first. */
  pushAll(spans: readonly Span[]): Promise<void> | undefined {
    let pause: Promise<void> | undefined
    for (const span of spans) pause = this.push(span) ?? pause
    return pause
  }

  /** Gives a performance hint at the running call or another place; the same one only once. */
  hint(message: string, span = this.frames.at(-1)): void {
    if (!this.wantsHints || !span) return
    const key = `${span.source.name}:${span.start}:${span.end}:${message}`
    if (!this.hints.has(key)) this.hints.set(key, { kind: 'performance_hint', message, span })
  }

  leave(): void {
    this.frames.pop()
  }

  leaveAll(spans: readonly Span[]): void {
    this.frames.length -= spans.length
  }

  /** Counts operations that take hardly any time each. */
  count(operations = 1): void {
    this.steps += operations
  }

  /** Counts what was done with each of many elements. */
  countElements(elements: number): void {
    this.steps += elements
    this.checkCompute()
  }

  /** Counts a call that has no frame of its own, such as one of a callback. */
  step(): Promise<void> | undefined {
    this.steps++
    return this.tick()
  }

  /** Counts an operation that is no call, such as visiting an element. */
  tick(): Promise<void> | undefined {
    return ++this.visits % CLOCK_INTERVAL === 0 ? this.lookAtClock() : undefined
  }

  private checkCompute(): void {
    const ops = Math.ceil(this.steps / STEPS_PER_COMPUTE_OP)
    if (ops > MAX_COMPUTE_OPS)
      throw fail.invalidRequest(`Transaction does too much compute: got ${ops}, limit: ${MAX_COMPUTE_OPS}`)
  }

  private lookAtClock(): Promise<void> | undefined {
    this.checkCompute()
    const now = performance.now()
    if (now > this.deadline) throw new DeadlineExceeded()
    if (now < this.sliceEnd) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        this.sliceEnd = performance.now() + TIME_SLICE_MS
        resolve()
      })
    })
  }
}
