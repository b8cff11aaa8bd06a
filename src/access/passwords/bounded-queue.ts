import { Fifo } from '#src/lib/fifo.ts'

/** Too many passwords wait to be hashed. Nothing was computed: the caller may try again later. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}

/** Runs tasks in order, `concurrency` at a time; refuses a task with `PasswordsBusy` when `maxWaiting` wait already. */
export class BoundedQueue {
  readonly #concurrency: number
  readonly #maxWaiting: number
  readonly #waiting = new Fifo<() => void>()
  #running = 0

  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency
    this.#maxWaiting = maxWaiting
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrency) this.#running++
    else await this.#turn()
    try {
      return await task()
    } finally {
      this.#next()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting)
      throw new PasswordsBusy('too many passwords to hash at once')
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Hands the place of a finished task to the next one, so that nobody can slip in between. */
  #next(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
