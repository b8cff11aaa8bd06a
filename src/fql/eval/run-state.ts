import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import type { Span } from '#src/fql/syntax/span.ts'

/** Nested calls a query may make (the reference's `fqlx_max_stack_frames`). */
export const MAX_STACK_FRAMES = 2048
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
  computeOps = 0
  private sliceEnd = performance.now() + TIME_SLICE_MS
  /** `performance.now()` at which the query must have ended. */
  readonly deadline: number

  constructor(deadline = Number.POSITIVE_INFINITY) {
    this.deadline = deadline
  }

  /** Counts a call; answers a promise where the caller must first let others run. */
  enter(span: Span): Promise<void> | undefined {
    const depth = this.frames.push(span)
    if (depth > MAX_STACK_FRAMES) throw fail.stackOverflow(MAX_STACK_FRAMES)
    const pause = this.tick()
    if (pause) return pause
    return depth % FRAMES_PER_JS_STACK === 0 ? Promise.resolve() : undefined
  }

  leave(): void {
    this.frames.pop()
  }

  /** Counts an operation that is no call, such as visiting an element. */
  tick(): Promise<void> | undefined {
    return ++this.computeOps % CLOCK_INTERVAL === 0 ? this.lookAtClock() : undefined
  }

  private lookAtClock(): Promise<void> | undefined {
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
