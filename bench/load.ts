/** A small load generator: raw sockets, one request at a time on each, so that it costs less than what it measures. */
import { connect, type Socket } from 'node:net'

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** Whole HTTP/1.1 requests, sent in turn. */
  readonly requests: readonly Buffer[]
}

export interface LoadResult {
  readonly requestsPerSecond: number
  /** All that were answered, in the warm-up too. */
  readonly answers: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Answers whose status was not 200. */
  readonly failures: number
  /** The first of these. */
  readonly firstFailure?: string
}

/** A `POST` with a JSON body, as bytes. */
export function post(path: string, secret: string | undefined, body: unknown): Buffer {
  const text = JSON.stringify(body)
  const authorization = secret === undefined ? '' : `authorization: Bearer ${secret}\r\n`
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: bench\r\n${authorization}content-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}

/** Loads the server for a while, after a warm-up of a third of the time that does not count. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const warmUp = (options.seconds / 3) * 1000
  const measure = new Measure(performance.now() + warmUp, options.seconds * 1000)
  let turn = 0
  const next = (): Buffer => options.requests[turn++ % options.requests.length] as Buffer
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      drive(connect(options.port, '127.0.0.1'), next, measure),
    ),
  )
  return measure.result()
}

class Measure {
  private readonly from: number
  private readonly to: number
  private readonly times: number[] = []
  private answers = 0
  private failures = 0
  private firstFailure: string | undefined

  constructor(from: number, ms: number) {
    this.from = from
    this.to = from + ms
  }

  /** Answers whether to go on. */
  record(sent: number, received: number, reply: string): boolean {
    this.answers++
    if (!reply.startsWith('HTTP/1.1 200')) {
      this.failures++
      this.firstFailure ??= reply.slice(0, 600)
    } else if (sent >= this.from && received < this.to) this.times.push(received - sent)
    return received < this.to
  }

  result(): LoadResult {
    const sorted = Float64Array.from(this.times).sort()
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
    return {
      requestsPerSecond: Math.round((sorted.length / (this.to - this.from)) * 1000),
      answers: this.answers,
      p50: at(0.5),
      p99: at(0.99),
      failures: this.failures,
      ...(this.firstFailure === undefined ? {} : { firstFailure: this.firstFailure }),
    }
  }
}

/** Sends one request after the other until the time is over. */
function drive(socket: Socket, next: () => Buffer, measure: Measure): Promise<void> {
  return new Promise((resolve, reject) => {
    let reply = ''
    let sent = 0
    const send = (): void => {
      reply = ''
      sent = performance.now()
      socket.write(next())
    }
    socket.setNoDelay(true)
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (chunk) => {
      reply += chunk.toString('latin1')
      if (!isComplete(reply)) return
      if (measure.record(sent, performance.now(), reply)) send()
      else socket.destroy()
    })
  })
}

function isComplete(reply: string): boolean {
  const end = reply.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /content-length: (\d+)/i.exec(reply.slice(0, end))
  return length !== null && reply.length >= end + 4 + Number(length[1])
}
