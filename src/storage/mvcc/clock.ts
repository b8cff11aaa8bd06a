import type { Timestamp } from '../engine.ts'

export type Clock = () => Timestamp

/** How far the fine clock may be from the wall clock (microseconds) before it is set anew. */
const TOLERANCE = 2_000

/** Wall-clock time in microseconds: `Date.now()`, refined by the monotonic clock, which alone would drift. */
export function wallClock(): Clock {
  let offset = performance.timeOrigin
  return () => {
    const fine = performance.now()
    const coarse = Date.now()
    if (Math.abs(fine + offset - coarse) * 1000 > TOLERANCE) offset = coarse - fine
    return Math.floor((fine + offset) * 1000)
  }
}
