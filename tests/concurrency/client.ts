/** Clients of a server: in this process, or over HTTP. */
import { createEngine } from '#src/engine/engine.ts'
import type { QueryService } from '#src/engine/service.ts'
import { JsonObject } from '#src/lib/json.ts'
import type { StorageEngine } from '#src/storage/engine.ts'

export interface Answer {
  readonly status: number
  readonly data?: unknown
  readonly code?: string
  /** What a person would read of a failure. */
  readonly text?: string
  readonly retries: number
  /** Commit time, or the snapshot's. */
  readonly ts: number
}

export interface QueryOptions {
  readonly arguments?: Readonly<Record<string, string | number | boolean | null>>
  /** How often the server tries again; 4 unless told. */
  readonly retries?: number
  readonly typecheck?: boolean
  /** A minute unless told. */
  readonly timeoutMs?: number
}

export interface Client {
  /** Rejects when no answer came: the query may have been run or not. */
  query(fql: string, options?: QueryOptions): Promise<Answer>
}

export const rootSecret = 'secret'

/** Password hashes that cost little. */
const cheap = { memory: 64, passes: 1, lanes: 1 }

export const openService = (storage: StorageEngine): QueryService =>
  createEngine({ storage, rootSecrets: [rootSecret], passwordParams: cheap, jwksReach: 'developer' })

interface Body {
  readonly data?: unknown
  readonly error?: { readonly code: string; readonly message: string }
  readonly summary?: string
  readonly txn_ts?: number
  readonly stats?: { readonly contention_retries: number }
}

function answer(status: number, body: Body): Answer {
  const { data, error, summary, txn_ts, stats } = body
  return {
    status,
    data,
    ...(error && { code: error.code, text: `${error.code}: ${error.message}\n${summary ?? ''}` }),
    retries: stats?.contention_retries ?? 0,
    ts: txn_ts ?? 0,
  }
}

export function serviceClient(service: QueryService, secret = rootSecret): Client {
  return {
    async query(query, options = {}) {
      const args = options.arguments ?? {}
      const reply = await service.query({
        query,
        arguments: new JsonObject(Object.keys(args), Object.values(args)),
        format: 'simple',
        typecheck: options.typecheck ?? false,
        linearized: false,
        performanceHints: false,
        timeoutMs: options.timeoutMs ?? 60_000,
        startedAt: performance.now(),
        maxContentionRetries: options.retries ?? 4,
        lastTxnTs: 0,
        tags: undefined,
        trace: false,
        requestId: '0'.repeat(32),
        authorization: `Bearer ${secret}`,
      })
      return answer(reply.status, JSON.parse(reply.body) as Body)
    },
  }
}

export function httpClient(url: string, secret = rootSecret): Client {
  return {
    async query(query, options = {}) {
      const reply = await fetch(`${url}/query/1`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${secret}`,
          'x-format': 'simple',
          'x-typecheck': String(options.typecheck ?? false),
          'x-query-timeout-ms': String(options.timeoutMs ?? 60_000),
          'x-max-contention-retries': String(options.retries ?? 4),
        },
        body: JSON.stringify({ query, arguments: options.arguments }),
      })
      return answer(reply.status, (await reply.json()) as Body)
    },
  }
}

/** The data of an answer that must be a success. */
export async function mustQuery(client: Client, fql: string, options?: QueryOptions): Promise<unknown> {
  const { status, data, text } = await client.query(fql, options)
  if (status !== 200) throw new Error(`${status} ${text}\n${fql}`)
  return data
}
