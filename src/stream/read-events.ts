import { setImmediate } from 'node:timers/promises'
import { changesOf, logFloor } from '#src/data/change-log.ts'
import { formatTime } from '#src/fql/values/calendar.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { type Change, ChangeReader } from './changes.ts'
import { addStats, type EventStats, errorEvent, Meter, noStats } from './event.ts'
import type { Position } from './position.ts'
import { forNextChange, type Session } from './session.ts'
import { type Translated, translate } from './translate.ts'

export interface ReadLimits {
  /** Events to be delivered, ≥ 1. */
  readonly events: number
  /** Changes to be looked at. */
  readonly changes: number
  /** No further change is looked at after this `performance.now()`. */
  readonly until: number
}

/** Events that have been read, and how far. */
export class Batch {
  /** JSON texts. */
  readonly events: string[] = []
  /** The last event is an error. */
  failed = false
  /** Of the last change that was looked at; undefined: there was none. */
  position: Position | undefined
  /** There are changes that have not been looked at. */
  more = false
  /** Changes looked at. */
  count = 0
  /** Cost of the search for changes, and all in all. */
  readonly scan: EventStats = noStats()
  readonly stats: EventStats = noStats()
  private length = 0

  isFull(limits: ReadLimits): boolean {
    if (this.failed || this.events.length >= limits.events || this.count >= limits.changes) return true
    return this.length > MAX_TEXT || (this.count > 0 && performance.now() > limits.until)
  }

  add({ position }: Change, { event, failed, stats }: Translated): void {
    this.position = position
    this.failed = failed
    this.count++
    addStats(this.stats, stats)
    if (event === undefined) return
    this.events.push(event)
    this.length += event.length
  }

  addScan(stats: EventStats): void {
    addStats(this.scan, stats)
    addStats(this.stats, stats)
  }
}

/** Text of a batch after which no further event is added: documents may be large. */
const MAX_TEXT = 16 * 1024 * 1024
/** Milliseconds after which others get their turn. */
const TIME_SLICE_MS = 5

/** Events after `from`, up to the first error. What cannot be read any more is not missed: see `isReadable`. */
export async function readEvents(session: Session, from: Position, limits: ReadLimits): Promise<Batch> {
  const { ctx, host, source } = session
  const meter = new Meter(host)
  const reader = new ChangeReader(ctx, host, source, from)
  const batch = new Batch()
  let sliceEnd = performance.now() + TIME_SLICE_MS
  let change = await reader.next()
  for (; change && !batch.isFull(limits); change = await reader.next()) {
    if (performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + TIME_SLICE_MS
    }
    batch.addScan(meter.lap(0, 0))
    batch.add(change, await translate(forNextChange(session), change, meter))
  }
  batch.more = change !== undefined
  batch.addScan(meter.lap(source.scanCost, 0))
  return batch
}

/** Whether all that has happened since a time is still known (spec/data.md §13.4). */
export function isReadable({ host, source }: Session, ts: number): Eventual<boolean> {
  const { collection } = source
  if (ts < host.oldestReadable(collection)) return false
  return andThen(logFloor(host.transaction, changesOf(collection)), (floor) => ts >= floor)
}

export const tooOldEvent = (ts: number): string =>
  errorEvent(
    'invalid_stream_start_time',
    `Stream start time ${formatTime(BigInt(ts) * 1000n)} is too far in the past. Recreate the stream and try again.`,
    noStats(),
  )
