/** Reply envelopes of `/query/1` (spec/protocol.md §3.4, §3.8). JSON text is put together directly. */
import type { ConstraintFailure } from '#src/fql/errors/failure.ts'
import { aggressiveDeadlineMs } from '#src/lib/limits.ts'
import { jsonString } from '#src/wire/json-string.ts'
import type { Reply } from './service.ts'

export interface QueryStats {
  readonly computeOps: number
  readonly readOps: number
  readonly writeOps: number
  readonly timeMs: number
  readonly retries: number
  readonly bytesRead: number
  readonly bytesWritten: number
}

/** What both kinds of reply carry. */
export interface Envelope {
  readonly summary: string
  readonly txnTs: number
  readonly schemaVersion: number
  readonly stats: QueryStats
  readonly tags: string | undefined
}

const statsJson = (s: QueryStats): string =>
  `{"compute_ops":${s.computeOps},"read_ops":${s.readOps},"write_ops":${s.writeOps},"query_time_ms":${s.timeMs},` +
  `"contention_retries":${s.retries},"storage_bytes_read":${s.bytesRead},"storage_bytes_write":${s.bytesWritten},` +
  `"rate_limits_hit":[]}`

function tail(e: Envelope): string {
  const tags = e.tags === undefined ? '' : `,"query_tags":${JSON.stringify(e.tags)}`
  return `"summary":${jsonString(e.summary)},"txn_ts":${e.txnTs},"stats":${statsJson(e.stats)}${tags},"schema_version":${e.schemaVersion}}`
}

/** `data`: JSON text. */
export function successReply(data: string, staticType: string | undefined, envelope: Envelope): Reply {
  const type = staticType === undefined ? '' : `"static_type":${jsonString(staticType)},`
  return { status: 200, body: `{"data":${data},${type}${tail(envelope)}` }
}

export interface ReplyError {
  readonly code: string
  readonly message: string
  readonly constraintFailures?: readonly ConstraintFailure[] | undefined
  /** JSON text of the argument of `abort`. */
  readonly abort?: string | undefined
}

function errorJson(e: ReplyError): string {
  const failures = e.constraintFailures?.length
    ? `,"constraint_failures":${JSON.stringify(e.constraintFailures.map(({ paths, message }) => ({ paths, message })))}`
    : ''
  const abort = e.abort === undefined ? '' : `,"abort":${e.abort}`
  return `{"code":${jsonString(e.code)},"message":${jsonString(e.message)}${failures}${abort}}`
}

export const failureReply = (error: ReplyError, envelope: Envelope): Reply => ({
  status: 400,
  body: `{"error":${errorJson(error)},${tail(envelope)}`,
})

/** Failures that are not the query's: nothing but the error. */
export const protocolReply = (status: number, code: string, message: string, tags?: string): Reply => ({
  status,
  body: `{"error":${errorJson({ code, message })}${tags === undefined ? '' : `,"query_tags":${JSON.stringify(tags)}`}}`,
})

export function timedOutReply(request: {
  readonly startedAt: number
  readonly timeoutMs: number
  readonly tags?: string | undefined
}): Reply {
  const { startedAt, timeoutMs, tags } = request
  if (performance.now() - startedAt >= aggressiveDeadlineMs)
    return protocolReply(503, 'time_out', 'Read timed out.', tags)
  const text = `Client set aggressive deadline: query needs ${aggressiveDeadlineMs}, timed out within ${timeoutMs}`
  return protocolReply(440, 'time_out', text, tags)
}

export const unauthorized = (tags?: string): Reply => ({
  ...protocolReply(401, 'unauthorized', 'Access token required', tags),
  headers: { 'www-authenticate': 'Bearer' },
})
export const UNAUTHORIZED = unauthorized()
