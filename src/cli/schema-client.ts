/** Calls of `/schema/1` of a running server (spec/protocol.md §9). */
import { CliError } from './cli-error.ts'
import type { SchemaTexts } from './schema-directory.ts'

export interface SchemaCall {
  readonly method: 'GET' | 'POST'
  /** Below `/schema/1/`. */
  readonly path: string
  readonly parameters?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly files?: SchemaTexts
}

/** What the server answers; which members there are depends on the call. */
export interface SchemaAnswer {
  readonly version: number
  readonly diff?: string
  readonly status?: 'none' | 'pending' | 'ready' | 'failed'
  readonly pending_summary?: string
  /** Indexes that are being filled. */
  readonly builds?: readonly {
    readonly collection: string
    readonly index: string
    readonly documents: number
  }[]
  readonly files?: readonly { readonly filename: string }[]
  readonly content?: string
}

export class SchemaClient {
  private readonly url: string
  private readonly secret: string
  constructor(url: string, secret: string) {
    this.url = url
    this.secret = secret
  }

  /** Throws `CliError` with the server's words when it refuses. */
  async call({ method, path, parameters = {}, files }: SchemaCall): Promise<SchemaAnswer> {
    const target = new URL(`/schema/1/${path}`, this.url)
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) target.searchParams.set(name, String(value))
    const headers = { authorization: `Bearer ${this.secret}` }
    const reply = await this.reach(target, { method, headers, ...(files && { body: formOf(files) }) })
    const body = (await reply.json().catch(() => undefined)) as (SchemaAnswer & Failure) | undefined
    if (reply.ok && body) return body
    throw new CliError(body?.error?.message ?? `the server answers ${reply.status}`)
  }

  /** The result of a query. Throws `CliError` when it fails. */
  async query(query: string, args: Readonly<Record<string, string>>): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.secret}`, 'x-format': 'simple', 'x-typecheck': 'false' }
    const body = JSON.stringify({ query, arguments: args })
    const reply = await this.reach(new URL('/query/1', this.url), { method: 'POST', headers, body })
    const answer = (await reply.json().catch(() => ({}))) as { data?: unknown; summary?: string } & Failure
    if (reply.ok) return answer.data
    throw new CliError(answer.summary || (answer.error?.message ?? `the server answers ${reply.status}`))
  }

  private async reach(target: URL, request: RequestInit): Promise<Response> {
    try {
      return await fetch(target, request)
    } catch {
      throw new CliError(`no server answers at ${this.url}`)
    }
  }
}

interface Failure {
  readonly error?: { readonly message: string }
}

function formOf(files: SchemaTexts): FormData {
  const form = new FormData()
  for (const [name, text] of files) form.set(name, new Blob([text]))
  return form
}
