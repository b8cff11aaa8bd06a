/** `POST /stream/1` (protocol §7): one event a line, for as long as both sides like. */
import type { OpenStream, QueryService, Reply } from '#src/engine/service.ts'
import { maxBodyBytes } from '#src/lib/limits.ts'
import { type Body, readBody } from '../body.ts'
import type { Exchange, Outgoing } from '../exchange.ts'
import { protocolError, tooLargeMessage } from '../replies.ts'
import { readEventSourceBody } from './events.ts'

/** The streams that are open, so that a server that stops can end them. */
export class OpenStreams {
  private readonly open = new Set<OpenStream>()

  get size(): number {
    return this.open.size
  }

  add(stream: OpenStream): void {
    this.open.add(stream)
  }

  delete(stream: OpenStream): void {
    this.open.delete(stream)
  }

  endAll(): void {
    for (const stream of this.open) void stream.events.return?.()
  }
}

export function stream(exchange: Exchange, service: QueryService, streams: OpenStreams): void {
  readBody(exchange.request, maxBodyBytes, (body) => {
    run(exchange, service, streams, body).catch((error) => exchange.fail(error, protocolError))
  })
}

async function run(
  exchange: Exchange,
  service: QueryService,
  streams: OpenStreams,
  body: Body,
): Promise<void> {
  const opened = await open(exchange, service, body)
  if ('events' in opened) await serve(exchange, streams, opened)
  else exchange.send(opened)
}

async function serve(exchange: Exchange, streams: OpenStreams, opened: OpenStream): Promise<void> {
  streams.add(opened)
  exchange.environment.metrics.openStreams.inc()
  try {
    exchange.sendHead(200, { 'x-fauna-stream-id': opened.id })
    await pump(opened.events, exchange.response)
  } finally {
    streams.delete(opened)
    exchange.environment.metrics.openStreams.dec()
  }
}

async function open(exchange: Exchange, service: QueryService, body: Body): Promise<Reply | OpenStream> {
  if (body === 'too-large') return protocolError(413, 'request_size_exceeded', tooLargeMessage)
  const { token, startTs, cursor } = readEventSourceBody(body, '')
  return service.stream({
    authorization: exchange.header('authorization'),
    address: exchange.clientAddress,
    token,
    startTs,
    cursor,
    requestId: exchange.requestId,
  })
}

/** Writes events as fast as the client takes them, and no faster, until either side ends. */
async function pump(events: OpenStream['events'], response: Outgoing): Promise<void> {
  let gone = false
  response.on('close', () => {
    gone = true
    void events.return?.()
  })
  for (;;) {
    const next = await events.next()
    if (gone) return
    if (next.done === true) break
    if (!response.write(`${next.value}\r\n`)) await drained(response)
  }
  response.end()
}

/** When the client has taken what was written, or has gone. */
const drained = (response: Outgoing): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
