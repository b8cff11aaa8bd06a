/** Events as JSON (spec/data.md §13.3, spec/protocol.md §7.3). */
import type { DatabaseHost } from '#src/data/database-host.ts'
import { STEPS_PER_COMPUTE_OP } from '#src/fql/eval/run-state.ts'
import { encodePosition, type Position } from './position.ts'

export type DataType = 'add' | 'update' | 'remove'

/** What an event, or a page of them, has cost. */
export interface EventStats {
  readOps: number
  bytesRead: number
  /** Calls; the API counts compute ops of several each. */
  computeSteps: number
  timeMs: number
}

export const noStats = (): EventStats => ({ readOps: 0, bytesRead: 0, computeSteps: 0, timeMs: 0 })

export function addStats(sum: EventStats, s: EventStats): void {
  sum.readOps += s.readOps
  sum.bytesRead += s.bytesRead
  sum.computeSteps += s.computeSteps
  sum.timeMs += s.timeMs
}

export const statsJson = (s: EventStats): string =>
  `{"read_ops":${s.readOps},"storage_bytes_read":${s.bytesRead},` +
  `"compute_ops":${Math.max(1, Math.ceil(s.computeSteps / STEPS_PER_COMPUTE_OP))},` +
  `"processing_time_ms":${Math.round(s.timeMs)},"rate_limits_hit":[]}`

export const statusEvent = (position: Position, stats: EventStats): string =>
  `{"type":"status","txn_ts":${position.ts},"cursor":"${encodePosition(position)}","stats":${statsJson(stats)}}`

/** `data`: JSON text. */
export const dataEvent = (type: DataType, data: string, position: Position, stats: EventStats): string =>
  `{"type":"${type}","data":${data},"txn_ts":${position.ts},"cursor":"${encodePosition(position)}",` +
  `"stats":${statsJson(stats)}}`

/** `abort`: JSON text of the argument of `abort()`. */
export function errorEvent(code: string, message: string, stats: EventStats, abort?: string): string {
  const argument = abort === undefined ? '' : `,"abort":${abort}`
  const error = `{"code":${JSON.stringify(code)},"message":${JSON.stringify(message)}${argument}}`
  return `{"type":"error","error":${error},"stats":${statsJson(stats)}}`
}

/** Measures what a part of a transaction costs. */
export class Meter {
  private readonly host: DatabaseHost
  private readOps: number
  private bytesRead: number
  private time = performance.now()

  constructor(host: DatabaseHost) {
    this.host = host
    this.readOps = host.stats.readOps
    this.bytesRead = host.transaction.stats.readBytes
  }

  /** Since the last time it was asked; `readOps`: more than the host has counted. */
  lap(readOps: number, computeSteps: number): EventStats {
    const now = performance.now()
    const stats = {
      readOps: this.host.stats.readOps - this.readOps + readOps,
      bytesRead: this.host.transaction.stats.readBytes - this.bytesRead,
      computeSteps,
      timeMs: now - this.time,
    }
    this.readOps = this.host.stats.readOps
    this.bytesRead = this.host.transaction.stats.readBytes
    this.time = now
    return stats
  }
}
