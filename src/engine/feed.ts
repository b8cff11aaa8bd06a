/** `POST /feed/1`: a page of events (spec/protocol.md §8, spec/data.md §13.4). */
import { DeadlineExceeded } from '#src/fql/eval/run-state.ts'
import { FutureTimestamp } from '#src/storage/engine.ts'
import { noStats, statsJson } from '#src/stream/event.ts'
import { encodePosition, endOf, isAfter, type Position, startOf } from '#src/stream/position.ts'
import { type Batch, isReadable, readEvents, tooOldEvent } from '#src/stream/read-events.ts'
import type { Session } from '#src/stream/session.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { openRequest, Refused, startOfRequest, UNAUTHENTICATED, type Wording } from './event-request.ts'
import { timedOutReply } from './reply.ts'
import type { QueryParts } from './run-query.ts'
import type { FeedRequest, Reply } from './service.ts'

const WORDING: Wording = { end: '.', source: 'event source' }
/** Part of the time left that goes into reading events; the rest is for the reply. */
const READING_TIME = 0.95

export async function runFeed(parts: QueryParts, request: FeedRequest): Promise<Reply> {
  try {
    const { from } = startOfRequest(request, WORDING, startOf)
    const { value } = await runTransaction(parts.storage, (tx) => poll(parts, tx, request, from), {
      notBefore: request.lastTxnTs || undefined,
    })
    return value
  } catch (error) {
    if (error instanceof Refused) return error.reply
    if (error instanceof DeadlineExceeded || error instanceof FutureTimestamp) return timedOutReply(request)
    throw error
  }
}

async function poll(
  parts: QueryParts,
  tx: Transaction,
  request: FeedRequest,
  from: Position,
): Promise<Reply> {
  const deadline = request.startedAt + request.timeoutMs
  const opening = await openRequest(parts, tx, request, WORDING, deadline)
  if (!opening) return UNAUTHENTICATED
  const { session } = opening
  if (!(await isReadable(session, from.ts))) return page([tooOldEvent(from.ts)], from, false, noStats())
  const now = performance.now()
  const limits = {
    events: request.pageSize,
    changes: Number.POSITIVE_INFINITY,
    until: now + (deadline - now) * READING_TIME,
  }
  const batch = await readEvents(session, from, limits)
  if (performance.now() > deadline) throw new DeadlineExceeded()
  return page(batch.events, nextPosition(session, from, batch), batch.more, batch.stats)
}

/** Without more to come, the time of the snapshot: so that who polls keeps up with the history that is retained. */
function nextPosition({ host }: Session, from: Position, { more, position }: Batch): Position {
  if (more) return position ?? from
  const end = endOf(host.snapshotTs)
  return isAfter(from, end) ? from : end
}

const page = (
  events: readonly string[],
  next: Position,
  more: boolean,
  stats: Parameters<typeof statsJson>[0],
): Reply => ({
  status: 200,
  body: `{"events":[${events.join(',')}],"cursor":"${encodePosition(next)}","has_next":${more},"stats":${statsJson(stats)}}`,
})
