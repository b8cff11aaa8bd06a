/**
 * One clear-text port for HTTP/1.1 and HTTP/2 with prior knowledge. The first bytes of a connection tell which it is:
 * the preface of HTTP/2 begins with `PRI`, as no method of HTTP/1.1 does.
 */
import type { Server } from 'node:http'
import type { Http2Server, ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { http, http2 } from '#src/lib/builtin.ts'
import type { Incoming, Outgoing } from './exchange.ts'

export type Handler = (request: Incoming, response: Outgoing) => void

export interface Listener {
  /** The port that was really taken. */
  readonly port: number
  /**
   * Takes no new requests, lets those at work finish, and cuts off what is left after `graceMs`. `drain` is called once
   * no new connection is accepted.
   */
  close(graceMs: number, drain?: () => void): Promise<void>
}

const maxHeaderBytes = 16 * 1024
/** A request must have arrived whole after so long. */
const readTimeoutMs = 60_000
/** A connection on which nothing moves, longer than any query may take. */
const silenceMs = 660_000
/** Streams at once in one HTTP/2 connection. */
const maxConcurrentStreams = 256

export async function listen(host: string, port: number, handler: Handler): Promise<Listener> {
  const sessions = new Set<ServerHttp2Session>()
  const http1 = http1Server(handler)
  let forHttp2: Http2Server | undefined
  const undecided = divertHttp2(http1, () => {
    forHttp2 ??= http2Server(handler, sessions)
    return forHttp2
  })
  await listening(http1, host, port)
  return {
    port: (http1.address() as AddressInfo).port,
    close: (graceMs, drain) => close(http1, sessions, undecided, graceMs, drain),
  }
}

function http1Server(handler: Handler): Server {
  const server = http.createServer({
    maxHeaderSize: maxHeaderBytes,
    requestTimeout: readTimeoutMs,
    headersTimeout: readTimeoutMs,
    keepAliveTimeout: 5000,
    // A client that sees the announced time-out as it ends must not meet a closed connection.
    keepAliveTimeoutBuffer: 1000,
    connectionsCheckingInterval: 5000,
    noDelay: true,
  })
  server.timeout = silenceMs
  server.on('request', handler as unknown as Parameters<Server['on']>[1])
  server.on('clientError', refuseUnparsable)
  return server
}

function http2Server(handler: Handler, sessions: Set<ServerHttp2Session>): Http2Server {
  const server = http2().createServer({
    settings: { maxConcurrentStreams, maxHeaderListSize: maxHeaderBytes },
    maxSessionMemory: 64,
  })
  server.setTimeout(silenceMs)
  server.on('request', handler as unknown as Parameters<Http2Server['on']>[1])
  server.on('sessionError', () => {})
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  return server
}

/** What the HTTP/1.1 parser refuses is answered on the bare socket (protocol §1). */
function refuseUnparsable(
  error: NodeJS.ErrnoException,
  socket: NodeJS.WritableStream & Partial<Socket>,
): void {
  if (error.code === 'ECONNRESET' || socket.writable !== true) {
    socket.destroy?.()
    return
  }
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const body = JSON.stringify({ error: late ? 'request timeout: Client timed out.' : 'bad request' })
  socket.end(
    `HTTP/1.1 ${late ? '408 Request Timeout' : '400 Bad Request'}\r\ncontent-type: application/json;charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** Puts the sniffer before the HTTP/1.1 server's own listener. Answers the connections that have not decided yet. */
function divertHttp2(http1: Server, serverOfHttp2: () => Http2Server): Set<Socket> {
  const undecided = new Set<Socket>()
  const serveHttp1 = http1.listeners('connection') as ((socket: Socket) => void)[]
  http1.removeAllListeners('connection')
  http1.on('connection', (socket: Socket) => {
    undecided.add(socket)
    sniff(socket, (isHttp2) => {
      undecided.delete(socket)
      if (isHttp2 === undefined) return
      if (isHttp2) serverOfHttp2().emit('connection', socket)
      else for (const serve of serveHttp1) serve.call(http1, socket)
    })
  })
  return undecided
}

const preface = 'PRI'

/** Calls `done` once: with the protocol, or with undefined when the client went away, or said nothing, before that. */
function sniff(socket: Socket, done: (isHttp2: boolean | undefined) => void): void {
  let start: Buffer = Buffer.alloc(0)
  const finish = (isHttp2: boolean | undefined): void => {
    socket.off('data', onData)
    socket.off('close', onClose)
    socket.off('error', onClose)
    socket.off('timeout', onClose)
    socket.setTimeout(0)
    done(isHttp2)
  }
  const onData = (chunk: Buffer): void => {
    start = start.length === 0 ? chunk : Buffer.concat([start, chunk])
    const seen = start.toString('latin1', 0, preface.length)
    if (seen.length < preface.length && preface.startsWith(seen)) return
    socket.pause()
    socket.unshift(start)
    finish(seen === preface)
    process.nextTick(() => socket.resume())
  }
  const onClose = (): void => {
    finish(undefined)
    socket.destroy()
  }
  socket.setTimeout(readTimeoutMs)
  socket.on('data', onData)
  socket.on('close', onClose)
  socket.on('error', onClose)
  socket.on('timeout', onClose)
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })

async function close(
  http1: Server,
  sessions: ReadonlySet<ServerHttp2Session>,
  undecided: ReadonlySet<Socket>,
  graceMs: number,
  drain?: () => void,
): Promise<void> {
  const closed = new Promise<void>((resolve) => http1.close(() => resolve()))
  for (const socket of undecided) socket.destroy()
  for (const session of sessions) session.close()
  drain?.()
  const timer = setTimeout(() => {
    http1.closeAllConnections()
    for (const session of sessions) session.destroy()
  }, graceMs)
  await closed
  clearTimeout(timer)
}
