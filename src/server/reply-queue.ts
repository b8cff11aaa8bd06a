/**
 * Replies that wait for the end of the event loop's turn, where they are sent together. A write to a socket may have to
 * wake the other side up, which costs more than all the rest of the write; of replies that follow each other closely,
 * only the first does. (Redis sends its replies before it waits for new requests, for the same reason.)
 */
export class ReplyQueue {
  private waiting: (() => void)[] = []
  private since = 0

  /** `now`: `performance.now()`. `send` must not throw. */
  add(send: () => void, now: number): void {
    if (this.waiting.length === 0) {
      this.since = now
      setImmediate(this.flush)
    }
    this.waiting.push(send)
    this.lookAtClock(now)
  }

  /** To be called when the turn goes on with another request: those that have waited for long are sent before it. */
  lookAtClock(now: number): void {
    if (this.waiting.length > 0 && now - this.since > LONGEST_WAIT_MS) this.flush()
  }

  private readonly flush = (): void => {
    const { waiting } = this
    this.waiting = []
    for (const send of waiting) send()
  }
}

/** The time slice of a query: a turn lasts longer only when many take theirs, and then the finished do not wait for the last. */
const LONGEST_WAIT_MS = 5
