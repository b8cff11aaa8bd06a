/** `POST /stream/1`: past events, then live ones (spec/protocol.md §7, spec/data.md §13.5). */
import { changesOf } from '#src/data/change-log.ts'
import { maxStreamReplay } from '#src/lib/limits.ts'
import { ChangeHub } from '#src/stream/change-hub.ts'
import { addStats, type EventStats, errorEvent, noStats, statusEvent } from '#src/stream/event.ts'
import { Pace } from '#src/stream/pace.ts'
import { endOf, type Position } from '#src/stream/position.ts'
import { type Batch, isReadable, readEvents, tooOldEvent } from '#src/stream/read-events.ts'
import type { Session } from '#src/stream/session.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import {
  openRequest,
  Refused,
  rightsOf,
  startOfRequest,
  UNAUTHENTICATED,
  type Wording,
} from './event-request.ts'
import type { QueryParts } from './run-query.ts'
import type { OpenStream, Reply, StreamRequest } from './service.ts'

const WORDING: Wording = { end: '', source: 'stream' }
/** Changes that one transaction looks at, and its time. */
const BATCH = 64
const BATCH_TIME_MS = 10_000

export interface StreamOptions {
  /** Milliseconds between two looks at an idle stream, which find out that its secret is no longer valid. */
  readonly revalidateMs: number
  /** Milliseconds between two status events. */
  readonly statusMs: number
  /** Open at a time. */
  readonly maxStreams: number
}

const DEFAULTS: StreamOptions = { revalidateMs: 60_000, statusMs: 300_000, maxStreams: 50_000 }

/** What all streams share. */
interface Shared {
  readonly parts: QueryParts
  readonly hub: ChangeHub
  readonly pace: Pace
  readonly options: StreamOptions
}

export class Streams {
  private readonly shared: Shared
  private readonly open = new Set<LiveStream>()

  constructor(parts: QueryParts, options: Partial<StreamOptions> = {}) {
    this.shared = {
      parts,
      hub: new ChangeHub(parts.storage),
      pace: new Pace(),
      options: { ...DEFAULTS, ...options },
    }
  }

  async start(request: StreamRequest): Promise<Reply | OpenStream> {
    try {
      const start = startOfRequest(request, WORDING, endOf)
      const { parts } = this.shared
      const { value } = await runTransaction(parts.storage, (tx) =>
        this.begin(tx, request, start.made, start.from),
      )
      return value
    } catch (error) {
      if (error instanceof Refused) return error.reply
      throw error
    }
  }

  private async begin(
    tx: Transaction,
    request: StreamRequest,
    made: number,
    from: Position,
  ): Promise<Reply | OpenStream> {
    const { parts, options } = this.shared
    const opening = await openRequest(parts, tx, request, WORDING, performance.now() + BATCH_TIME_MS)
    if (!opening) return UNAUTHENTICATED
    if (from.ts < made)
      throw new Refused(
        'Invalid stream start time: Stream start time can not be before the stream create time.',
      )
    const id = parts.services.ids.next()
    const isFull = this.open.size >= options.maxStreams
    const stream = new LiveStream(this.shared, request, from, rightsOf(opening.login), () =>
      this.open.delete(stream),
    )
    this.open.add(stream)
    if (isFull) stream.fail('internal_error', 'Too many open streams.')
    else stream.follow(opening.session)
    return { id: `${id}`, events: stream }
  }

  /** Ends all streams. */
  close(): void {
    for (const stream of [...this.open]) void stream.return()
    this.shared.hub.close()
  }
}

/**
 * Reads the log of changes from where it is, a batch at a time and only when its client has taken what there was: a slow
 * client takes up no memory, it falls behind. Each batch authenticates again.
 */
class LiveStream implements AsyncIterator<string, void> {
  private readonly shared: Shared
  private readonly request: StreamRequest
  private readonly rights: string
  private readonly onEnd: () => void
  private position: Position
  private readonly buffer: string[] = []
  private phase: 'new' | 'live' | 'ended' = 'new'
  /** There may be changes after `position`. */
  private stale = true
  private wake: (() => void) | undefined
  private stopFollowing: (() => void) | undefined
  private lastStatus = performance.now()
  /** Costs of what was filtered out since the last status. */
  private unreported: EventStats = noStats()

  constructor(shared: Shared, request: StreamRequest, from: Position, rights: string, onEnd: () => void) {
    this.shared = shared
    this.request = request
    this.position = from
    this.rights = rights
    this.onEnd = onEnd
  }

  /** Before the first batch is read: no change is missed. */
  follow({ source }: Session): void {
    this.stopFollowing = this.shared.hub.follow(changesOf(source.collection), () => {
      this.stale = true
      this.wake?.()
    })
  }

  async next(): Promise<IteratorResult<string, void>> {
    for (;;) {
      // All at once: the JavaScript driver loses chunks that come while it is busy with one.
      if (this.buffer.length > 0) return { done: false, value: this.buffer.splice(0).join('\r\n') }
      if (this.phase === 'ended') return { done: true, value: undefined }
      await this.fill()
    }
  }

  async return(): Promise<IteratorResult<string, void>> {
    this.buffer.length = 0
    this.end()
    return { done: true, value: undefined }
  }

  /** Ends with an error event. */
  fail(code: string, message: string): void {
    if (this.phase === 'ended') return
    this.buffer.push(errorEvent(code, message, noStats()))
    this.end()
  }

  private loseRights(): void {
    this.fail('permission_loss', 'Stream authentication is no longer valid.')
  }

  private end(): void {
    if (this.phase === 'ended') return
    this.phase = 'ended'
    this.stopFollowing?.()
    this.wake?.()
    this.onEnd()
  }

  private async fill(): Promise<void> {
    if (!this.stale) await this.untilWoken()
    await this.shared.pace.run(() => this.catchUp())
  }

  private async catchUp(): Promise<void> {
    if (this.isOver()) return
    this.stale = false
    try {
      await runTransaction(this.shared.parts.storage, (tx) => this.step(tx))
    } catch (error) {
      if (!(error instanceof Refused))
        this.fail('internal_error', 'The events of this stream could not be read.')
      else if (error.code === 'permission_denied') this.loseRights()
      else this.fail('internal_error', error.message)
    }
  }

  /** It may have ended while something was waited for. */
  private isOver(): boolean {
    return this.phase === 'ended'
  }

  private untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), this.shared.options.revalidateMs)
      this.wake = () => {
        clearTimeout(timer)
        this.wake = undefined
        resolve()
      }
    })
  }

  private async step(tx: Transaction): Promise<void> {
    const { parts } = this.shared
    const deadline = performance.now() + BATCH_TIME_MS
    const opening = await openRequest(parts, tx, this.request, WORDING, deadline)
    if (this.isOver()) return
    if (!opening || rightsOf(opening.login) !== this.rights) return this.loseRights()
    const { session } = opening
    const readable = await isReadable(session, this.position.ts)
    if (this.phase === 'new') await this.replay(session, readable, deadline)
    else if (readable)
      this.take(await readEvents(session, this.position, { ...LIVE, until: deadline }), session)
    else this.fail('stream_overflow', 'Too many events to process.')
  }

  private async replay(session: Session, readable: boolean, until: number): Promise<void> {
    const limits = { events: Number.POSITIVE_INFINITY, changes: maxStreamReplay, until }
    const batch = readable ? await readEvents(session, this.position, limits) : undefined
    if (this.isOver()) return
    this.phase = 'live'
    this.buffer.push(statusEvent(this.position, batch?.scan ?? noStats()))
    if (!batch) {
      this.buffer.push(tooOldEvent(this.position.ts))
      return this.end()
    }
    this.take(batch, session)
    // The reference counts its status event among them (spec/protocol.md §7.3).
    if (batch.count >= maxStreamReplay)
      this.fail(
        'stream_replay_volume_exceeded',
        'Too many events to replay. Recreate the stream and try again.',
      )
  }

  private take(batch: Batch, { host }: Session): void {
    if (this.isOver()) return
    for (const event of batch.events) this.buffer.push(event)
    if (batch.events.length === 0) addStats(this.unreported, batch.stats)
    this.position = batch.more && batch.position ? batch.position : this.endOf(host.snapshotTs)
    if (batch.more) this.stale = true
    if (batch.failed) this.end()
    else this.reportStatus()
  }

  private endOf(ts: number): Position {
    return ts >= this.position.ts ? endOf(ts) : this.position
  }

  private reportStatus(): void {
    const now = performance.now()
    if (now - this.lastStatus < this.shared.options.statusMs) return
    this.lastStatus = now
    this.buffer.push(statusEvent(this.position, this.unreported))
    this.unreported = noStats()
  }
}

const LIVE = { events: BATCH, changes: BATCH }
