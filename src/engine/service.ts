/**
 * What the HTTP server asks of the engine. Types only. The server has already checked headers, sizes and the shape of
 * bodies; the engine decodes and encodes FQL values, authenticates, runs, and answers with a finished reply.
 * No method throws for a reason that lies in the request: such failures are replies. What is thrown becomes a 500.
 */
import type { Eventual } from '#src/lib/eventual.ts'
import type { JsonObject, JsonValue } from '#src/lib/json.ts'

/** `x-format`: how values travel (protocol §4). */
export type ValueFormat = 'simple' | 'tagged' | 'decorated'

/** A finished reply. */
export interface Reply {
  readonly status: number
  /** JSON text. */
  readonly body: string
  /** Names in lower case. Content type, length, tracing and CORS are the server's. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Who asks (protocol §2). */
export interface Caller {
  /** The `Authorization` header as it came, for `parseAuthorization` of `access/secrets`. Never log it. */
  readonly authorization: string | undefined
  /** The client's IP address as text, if known. */
  readonly address?: string | undefined
}

/** A query as text with holes (protocol §3.3). Checked for shape and for NUL characters, nothing decoded. */
export type QueryTemplate =
  | string
  | { readonly kind: 'fql'; readonly parts: readonly QueryTemplate[] }
  /** To be decoded as tagged, whatever the format of the request. */
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'array'; readonly items: readonly QueryTemplate[] }
  /** Keys are unique and in the order of the text. */
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly items: readonly QueryTemplate[] }

/** `POST /query/1` (protocol §3). */
export interface QueryRequest extends Caller {
  readonly query: QueryTemplate
  /** Not decoded: untagged when the format is simple, else tagged (protocol §4.3, §4.4). */
  readonly arguments: JsonObject | undefined
  readonly format: ValueFormat
  /** undefined: as the database says. */
  readonly typecheck: boolean | undefined
  readonly linearized: boolean
  readonly performanceHints: boolean
  /** 1 … 600,000. */
  readonly timeoutMs: number
  /** `performance.now()` when the request arrived: the deadline is this plus `timeoutMs`. */
  readonly startedAt: number
  /** 0 … 7; the default when the client did not say. */
  readonly maxContentionRetries: number
  /** Microseconds; read at a snapshot not before this. 0: none. */
  readonly lastTxnTs: number
  /** The text of `x-query-tags`, valid, to be echoed as `query_tags`. undefined: none were sent. */
  readonly tags: string | undefined
  /** `x-trace` was sent: the reply should carry a `trace` array of text lines. */
  readonly trace: boolean
  /** Names this request in logs: the trace id of its `traceparent`, 32 hex digits. */
  readonly requestId: string
}

/** Where a stream or a feed begins. At most one of the two is there. */
export interface EventPosition {
  readonly cursor: string | undefined
  /** Microseconds. */
  readonly startTs: number | undefined
}

/** `POST /stream/1` (protocol §7). */
export interface StreamRequest extends Caller, EventPosition {
  readonly token: string
  readonly requestId: string
}

/** A stream that has begun: its answer is 200 and then one event a line. */
export interface OpenStream {
  /** The `x-fauna-stream-id` header. */
  readonly id: string
  /**
   * JSON texts of events, one or several at a time with CR LF between them. Ends after an error event. The server calls `return()` when the client has
   * gone, also while a `next()` is pending, and asks for the next event only when the client has taken the last.
   */
  readonly events: AsyncIterator<string, void>
}

/** `POST /feed/1` (protocol §8). */
export interface FeedRequest extends Caller, EventPosition {
  readonly token: string
  /** 1 … 16,000. */
  readonly pageSize: number
  readonly timeoutMs: number
  readonly startedAt: number
  readonly maxContentionRetries: number
  readonly lastTxnTs: number
  readonly requestId: string
}

export type DiffFormat = 'semantic' | 'summary' | 'textual'

export type SchemaItemKind = 'collections' | 'functions' | 'roles' | 'access_providers'

/** One file of the multipart body. `name` ends in `.fsl` and does not begin with `*`. */
export interface SchemaFile {
  readonly name: string
  readonly content: string
}

/** The operations of `/schema/1` (protocol §9). `format: undefined`: no diff wanted. */
export type SchemaOperation =
  | { readonly kind: 'files'; readonly staged: boolean }
  | { readonly kind: 'file'; readonly name: string; readonly staged: boolean }
  | {
      readonly kind: 'update'
      readonly files: readonly SchemaFile[]
      readonly staged: boolean
      /** The files sent are the whole schema. */
      readonly override: boolean
    }
  | {
      readonly kind: 'diff'
      readonly files: readonly SchemaFile[]
      readonly staged: boolean
      readonly override: boolean
      readonly format: DiffFormat | undefined
      readonly color: boolean
    }
  | { readonly kind: 'status'; readonly format: DiffFormat | undefined; readonly color: boolean }
  | { readonly kind: 'commit' }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'item-get'; readonly item: SchemaItemKind; readonly name: string }
  | ({ readonly kind: 'item-create'; readonly item: SchemaItemKind; readonly fsl: string } & Validation)
  | ({
      readonly kind: 'item-update'
      readonly item: SchemaItemKind
      readonly name: string
      readonly fsl: string
    } & Validation)
  | ({ readonly kind: 'item-delete'; readonly item: SchemaItemKind; readonly name: string } & Validation)
  /**
   * The path, method or body is wrong, which matters only to those who may read the schema: to others the reply is 401
   * or 403, to these it is `reply`.
   */
  | { readonly kind: 'refuse'; readonly reply: Reply }

interface Validation {
  /** Write nothing, answer `{version, diff}`. */
  readonly validate: boolean
  readonly format: DiffFormat | undefined
  readonly color: boolean
}

export interface SchemaRequest extends Caller {
  readonly operation: SchemaOperation
  /** Must equal the current version, unless `force`. undefined: not checked. */
  readonly version: number | undefined
  readonly force: boolean
  readonly requestId: string
}

/** What an admin may see and set about logins and tokens of a database (docs/guide/identity.md). */
export type IdentityOperation =
  | { readonly kind: 'settings' }
  /** `text`: JSON, not checked. */
  | { readonly kind: 'change-settings'; readonly text: string }
  | { readonly kind: 'logins' }
  /** Neither: all of them. */
  | {
      readonly kind: 'clear-logins'
      readonly credential: string | undefined
      readonly address: string | undefined
    }

export interface IdentityRequest extends Caller {
  readonly operation: IdentityOperation
  readonly requestId: string
}

/** Why a query with a certain secret may do what it does, or may not. Nothing that it writes is kept. */
export interface ExplainRequest extends Caller {
  /** Whose access is explained. Never log it. */
  readonly secret: string
  readonly query: string
  readonly format: 'text' | 'json'
  readonly startedAt: number
  readonly requestId: string
}

/** The engine, as the server sees it. */
export interface QueryService {
  query(request: QueryRequest): Eventual<Reply>
  stream(request: StreamRequest): Eventual<Reply | OpenStream>
  feed(request: FeedRequest): Eventual<Reply>
  schema(request: SchemaRequest): Eventual<Reply>
  /** `/identity/1`, for admins. */
  identity(request: IdentityRequest): Eventual<Reply>
  /** `POST /explain/1`, for admins. */
  explain(request: ExplainRequest): Eventual<Reply>
  /** `GET /environment/1` (protocol §10). */
  environment(request: Caller): Eventual<Reply>
  /** `/export/1`, which is refused (protocol §10). */
  exports(request: Caller): Eventual<Reply>
  /** `GET /authorized` (protocol §10). */
  authorized(request: Caller): Eventual<Reply>
  /** For `/ping`: the store can be read, or written. Cheap. */
  healthy(scope: 'read' | 'write'): Eventual<boolean>
  /** Ends streams and closes the store. No request is running by then. */
  close(): Promise<void>
}
