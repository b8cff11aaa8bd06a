import { setImmediate } from 'node:timers/promises'
import { changesOf, logFloor } from '#src/data/change-log.ts'
import { formatTime } from '#src/fql/values/calendar.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { type Change, ChangeReader } from './changes.ts'
import { addStats, type EventStats, errorEvent, Meter, noStats } from './event.ts'
import type { Position } from './position.ts'
import { forNextChange, type Session } from './session.ts'
import { translate } from './translate.ts'

export interface ReadLimits {
  /** Events to be delivered, ≥ 1. */
  readonly events: number
  /** Changes to be looked at. */
  readonly changes: number
  /** No further change is looked at after this `performance.now()`. */
  readonly until: number
}

export interface Batch {
  /** JSON texts. */
  readonly events: readonly string[]
  /** The last event is an error. */
  readonly failed: boolean
  /** Of the last change that was looked at; undefined: there was none. */
  readonly position: Position | undefined
  /** There are changes that have not been looked at. */
  readonly more: boolean
  /** Changes looked at. */
  readonly count: number
  /** Of the search for changes, and all in all. */
  readonly scan: EventStats
  readonly stats: EventStats
}

/** Milliseconds after which others get their turn. */
const TIME_SLICE_MS = 5

/** Events after `from`, up to the first error. What cannot be read any more is not missed: see `isReadable`. */
export async function readEvents(session: Session, from: Position, limits: ReadLimits): Promise<Batch> {
  const { ctx, host, source } = session
  const meter = new Meter(host)
  const reader = new ChangeReader(ctx, host, source, from)
  const events: string[] = []
  const scan = { ...noStats(), readOps: source.scanCost }
  const stats = noStats()
  let position: Position | undefined
  let failed = false
  let count = 0
  let sliceEnd = performance.now() + TIME_SLICE_MS
  let change: Change | undefined = await reader.next()
  while (change && !failed && events.length < limits.events && count < limits.changes) {
    if (count > 0 && performance.now() > limits.until) break
    if (performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + TIME_SLICE_MS
    }
    addStats(scan, meter.lap(0, 0))
    const translated = await translate(forNextChange(session), change, meter)
    addStats(stats, translated.stats)
    if (translated.event !== undefined) events.push(translated.event)
    position = change.position
    failed = translated.failed
    count++
    change = await reader.next()
  }
  addStats(scan, meter.lap(0, 0))
  addStats(stats, scan)
  return { events, failed, position, more: change !== undefined, count, scan, stats }
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
