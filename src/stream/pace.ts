import { setImmediate } from 'node:timers/promises'
import { Fifo } from '#src/lib/fifo.ts'

/** Pieces of work under way at a time: more than one, because a store may answer late. */
const MAX_RUNNING = 8
/** Milliseconds of work after which others get their turn. */
const TIME_SLICE_MS = 4

/** Lets many who have work to do, such as streams woken by one commit, share the event loop with everybody else. */
export class Pace {
  private readonly waiting = new Fifo<() => void>()
  private running = 0
  private sliceEnd = 0

  /** Does a small piece of work when it is its turn. */
  async run(work: () => Promise<void>): Promise<void> {
    if (this.running >= MAX_RUNNING) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.running++
    try {
      await work()
    } finally {
      await this.handOver()
    }
  }

  private async handOver(): Promise<void> {
    if (performance.now() > this.sliceEnd) {
      await setImmediate()
      this.sliceEnd = performance.now() + TIME_SLICE_MS
    }
    const next = this.waiting.shift()
    if (next) next()
    else this.running--
  }
}
