/** One request and its reply, over HTTP/1.1 or HTTP/2. */
import type { Caller, Reply } from '#src/engine/service.ts'
import { type Eventual, isPromise } from '#src/lib/eventual.ts'
import type { Range } from '#src/lib/ip-address.ts'
import type { Log } from '#src/observe/log.ts'
import type { Metrics } from '#src/observe/metrics.ts'
import { BadRequest } from './bad-request.ts'
import { clientAddress } from './client-address.ts'
import { allowOrigin } from './cors.ts'
import { type Headers, header } from './headers.ts'
import { internalMessage } from './replies.ts'
import type { ReplyQueue } from './reply-queue.ts'
import { traceId, traceparent } from './trace-context.ts'

/** What `http.IncomingMessage` and `http2.Http2ServerRequest` have in common, as far as it is used. */
export interface Incoming {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Headers
  readonly socket?: { readonly remoteAddress?: string | undefined }
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end', listener: () => void): unknown
  destroy(): unknown
}

/** What `http.ServerResponse` and `http2.Http2ServerResponse` have in common, as far as it is used. */
export interface Outgoing {
  readonly headersSent: boolean
  writeHead(status: number, headers: Record<string, string>): unknown
  write(chunk: string): boolean
  end(chunk?: string): unknown
  on(event: 'close' | 'drain', listener: () => void): unknown
  off(event: 'close' | 'drain', listener: () => void): unknown
  destroy(): unknown
}

/** What every exchange of a server shares. */
export interface Environment {
  readonly log: Log
  readonly metrics: Metrics
  /** Value of `x-faunadb-build`. */
  readonly build: string
  /** Proxies whose `x-forwarded-for` is believed; none unless told. */
  readonly trustedProxies?: readonly Range[]
  readonly replies: ReplyQueue
}

/** How an endpoint puts an error. */
export type ErrorForm = (status: number, code: string, message: string) => Reply

const jsonType = 'application/json;charset=utf-8'

export class Exchange {
  readonly request: Incoming
  readonly response: Outgoing
  readonly environment: Environment
  /** Under this name requests are counted. */
  route = 'unknown'
  /** `performance.now()` at the arrival of the headers. */
  readonly startedAt: number
  readonly requestId: string

  constructor(request: Incoming, response: Outgoing, environment: Environment) {
    this.request = request
    this.response = response
    this.environment = environment
    this.startedAt = performance.now()
    environment.replies.lookAtClock(this.startedAt)
    this.requestId = traceId(header(request.headers, 'traceparent'))
  }

  /** Text of the client's IP address. */
  get clientAddress(): string | undefined {
    const peer = this.request.socket?.remoteAddress
    const { trustedProxies } = this.environment
    if (trustedProxies === undefined || trustedProxies.length === 0) return peer
    return clientAddress(peer, this.header('x-forwarded-for'), trustedProxies)
  }

  /** Who asks, for requests that say nothing else. */
  get caller(): Caller {
    return { authorization: this.header('authorization'), address: this.clientAddress }
  }

  header(name: string): string | undefined {
    return header(this.request.headers, name)
  }

  /** The value of `read`, or undefined after its failure has been answered. */
  attempt<T>(read: () => T, form: ErrorForm): T | undefined {
    try {
      return read()
    } catch (error) {
      this.fail(error, form)
      return undefined
    }
  }

  /** Runs `work` and sends its reply; what it throws is answered in the form of the endpoint. */
  answer(work: () => Eventual<Reply>, form: ErrorForm): void {
    try {
      const reply = work()
      if (isPromise(reply)) reply.then((r) => this.send(r)).catch((error) => this.fail(error, form))
      else this.send(reply)
    } catch (error) {
      this.fail(error, form)
    }
  }

  /** Answers a failure: 400 when the request is to blame, else 500. */
  fail(error: unknown, form: ErrorForm): void {
    if (error instanceof BadRequest) this.send(form(400, 'invalid_request', error.message))
    else this.crash(error, form)
  }

  private crash(error: unknown, form: ErrorForm): void {
    this.report(error)
    if (this.response.headersSent) this.response.destroy()
    else this.send(form(500, 'internal_error', internalMessage(this.requestId)))
  }

  private report(error: unknown): void {
    this.environment.log.error({ err: error, request: this.requestId, route: this.route }, 'request failed')
  }

  send(reply: Reply): void {
    const headers = this.headers()
    headers['content-length'] = String(Buffer.byteLength(reply.body))
    if (reply.headers !== undefined) Object.assign(headers, reply.headers)
    const now = this.count(reply.status)
    this.environment.replies.add(() => this.write(reply, headers), now)
  }

  /** Never throws: it runs in nobody's name. */
  private write(reply: Reply, headers: Record<string, string>): void {
    try {
      this.begin(reply.status, headers)
      if (this.request.method === 'HEAD') this.response.end()
      else this.response.end(reply.body)
    } catch (error) {
      this.report(error)
      this.response.destroy()
    }
  }

  /** An answer in pieces: sends the head; the caller writes to `response` and ends it. */
  sendHead(status: number, extra: Record<string, string>): void {
    this.begin(status, Object.assign(this.headers(), extra))
    this.count(status)
  }

  /** An answer without content. */
  sendEmpty(status: number, headers: Record<string, string>): void {
    this.response.writeHead(status, Object.assign(headers, this.headers(), { 'content-length': '0' }))
    this.response.end()
    this.count(status)
  }

  private headers(): Record<string, string> {
    return {
      'content-type': jsonType,
      traceparent: traceparent(this.requestId),
      'x-faunadb-build': this.environment.build,
    }
  }

  private begin(status: number, headers: Record<string, string>): void {
    const origin = this.request.headers['origin']
    if (typeof origin === 'string') allowOrigin(headers, origin)
    this.response.writeHead(status, headers)
  }

  /** Answers `performance.now()`. */
  private count(status: number): number {
    const { metrics, log } = this.environment
    const now = performance.now()
    const ms = now - this.startedAt
    metrics.countRequest(this.route, status, ms / 1000)
    if (log.isLevelEnabled('debug')) {
      log.debug({ request: this.requestId, route: this.route, status, ms }, 'request')
    }
    return now
  }
}
