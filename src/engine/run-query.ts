/** One query: authenticate, decode, parse, check, evaluate, commit, encode (docs/architecture.md). */
import { PasswordsBusy } from '#src/access/passwords/bounded-queue.ts'
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { InvalidQuery, QueryFailure } from '#src/fql/errors/failure.ts'
import { renderAll } from '#src/fql/errors/render.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DeadlineExceeded, RunState, STEPS_PER_COMPUTE_OP } from '#src/fql/eval/run-state.ts'
import { PLACEHOLDER } from '#src/fql/syntax/grammar.ts'
import type { Span } from '#src/fql/syntax/span.ts'
import { joinTemplate } from '#src/fql/syntax/template.ts'
import { CHECK_TIME_LIMIT } from '#src/fql/types/check.ts'
import { ObjectValue, type Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { JsonValue } from '#src/lib/json.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { ContendedTransaction } from '#src/transaction/errors.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { decodeSimple, decodeTagged, InvalidValue, type Resolver } from '#src/wire/decode.ts'
import { encode } from '#src/wire/encode.ts'
import { type Materialised, materialise } from '#src/wire/materialise.ts'
import { type AuthParts, authenticate, type Login } from './authenticate.ts'
import { contentionText } from './contention.ts'
import { failureDiagnostic, visibleDiagnostics } from './failure-diagnostic.ts'
import { type PreparedQuery, QueryCache } from './query-cache.ts'
import { tellCommitted } from './origin.ts'
import {
  failureReply,
  protocolReply,
  type QueryStats,
  successReply,
  timedOutReply,
  UNAUTHORIZED,
} from './reply.ts'
import type { QueryRequest, Reply } from './service.ts'
import { checkTypes } from './typing/check-query.ts'

export interface QueryParts extends AuthParts {
  readonly storage: StorageEngine
  /** In place of `authenticate`, to watch what is done with the login. */
  readonly login?: typeof authenticate
  /** Called when a query has left work for the background. */
  readonly onSchemaWork?: () => void
}

/** The query does not get as far as running: bad arguments. Answered without envelope. */
class RefusedRequest {
  readonly reply: Reply
  constructor(reply: Reply) {
    this.reply = reply
  }
}

const DEFAULT_RETRIES = 4
const NO_ARGUMENTS: { keys: readonly string[]; values: readonly JsonValue[] } = { keys: [], values: [] }

export class QueryRunner {
  private readonly parts: QueryParts
  private readonly cache = new QueryCache()

  constructor(parts: QueryParts) {
    this.parts = parts
  }

  async run(request: QueryRequest): Promise<Reply> {
    const run = new QueryRun(this.parts, this.cache, request)
    try {
      const { storage } = this.parts
      const result = await runTransaction(storage, (tx, attempt) => run.attempt(tx, attempt), {
        notBefore: request.lastTxnTs || undefined,
        maxAttempts: (request.maxContentionRetries ?? DEFAULT_RETRIES) + 1,
      })
      if (result.value?.login.host.schemaWrites.hasBackgroundWork) this.parts.onSchemaWork?.()
      return run.succeeded(result.value, result.ts)
    } catch (error) {
      return run.failed(error)
    }
  }
}

/** What one attempt has come to. */
interface Outcome {
  readonly login: Login
  readonly result: Materialised
  readonly staticType: string | undefined
}

class QueryRun {
  private readonly parts: QueryParts
  private readonly cache: QueryCache
  private readonly request: QueryRequest
  private readonly deadline: number
  private login: Login | undefined
  private transaction: Transaction | undefined
  private state = new RunState()
  private warnings: readonly Diagnostic[] = []
  private attempts = 0
  private bytesBefore = 0
  /** Counts of attempts that lost. */
  private lost = { reads: 0, writes: 0 }

  constructor(parts: QueryParts, cache: QueryCache, request: QueryRequest) {
    this.parts = parts
    this.cache = cache
    this.request = request
    this.deadline = request.startedAt + request.timeoutMs
  }

  attempt(tx: Transaction, attempt: number): Eventual<Outcome | undefined> {
    this.attempts = attempt
    if (this.transaction) {
      this.lost.reads += this.transaction.stats.readOps
      this.lost.writes += this.transaction.stats.writeOps
    }
    this.transaction = tx
    this.state = new RunState(this.deadline, this.request.performanceHints)
    const logIn = this.parts.login ?? authenticate
    return andThen(logIn(this.parts, tx, this.request.authorization, this.request), (login) => {
      if (!login) return undefined
      this.login = login
      return this.evaluate(login)
    })
  }

  private evaluate(login: Login): Eventual<Outcome> {
    const { host, permissions } = login
    const ctx = new Context(host, permissions, this.state)
    const { prepared, values, names } = this.prepare(ctx)
    return andThen(this.check(login, prepared, names, values), (staticType) => {
      // What authentication and the schema cost is not the query's.
      this.bytesBefore = this.transaction?.stats.readBytes ?? 0
      const value = andThen(prepared.code.run(ctx, values), (v) => andThen(host.runDeferred(), () => v))
      return andThen(value, (v) =>
        andThen(materialise(ctx, v), (result): Outcome => ({ login, result, staticType })),
      )
    })
  }

  /** Decodes values and arguments, parses and compiles. */
  private prepare(ctx: Context): { prepared: PreparedQuery; values: Value[]; names: string[] } {
    const resolve: Resolver = (name) => ctx.host.global(name)
    const names: string[] = []
    const values: Value[] = []
    const query = joinTemplate<Value | BadValue>(this.decodeTemplate(this.request.query, resolve), COMPOSE)
    for (const [i, v] of query.values.entries()) {
      names.push(`$${i}`)
      if (v.value instanceof BadValue) throw new InvalidQuery([badValue(v.value, query.text, v.start)])
      values.push(v.value)
    }
    const { keys, values: args } = this.request.arguments ?? NO_ARGUMENTS
    for (const [i, name] of keys.entries()) {
      names.push(name)
      values.push(this.argument(name, args[i] as JsonValue, resolve))
    }
    const parsed = this.cache.prepare(query.text, typeof this.request.query !== 'string', names)
    if (!parsed.ok) throw new InvalidQuery(parsed.errors)
    return { prepared: parsed.value, values, names }
  }

  private argument(name: string, json: JsonValue, resolve: Resolver): Value {
    try {
      return this.request.format === 'simple' ? decodeSimple(json) : decodeTagged(json, resolve)
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      const message = `Invalid argument '${name}': ${error.message}`
      throw new RefusedRequest(protocolReply(400, 'invalid_request', message, this.request.tags))
    }
  }

  private decodeTemplate(t: QueryRequest['query'], resolve: Resolver): DecodedTemplate {
    if (typeof t === 'string') return t
    switch (t.kind) {
      case 'fql':
        return { kind: 'fql', parts: t.parts.map((p) => this.decodeTemplate(p, resolve)) }
      case 'value':
        return { kind: 'value', value: decodeOrBad(t.value, resolve) }
      case 'array':
        return { kind: 'array', items: t.items.map((p) => this.decodeTemplate(p, resolve)) }
      case 'object':
        return { kind: 'object', keys: t.keys, items: t.items.map((p) => this.decodeTemplate(p, resolve)) }
    }
  }

  /** The static type, when the query is to be checked. */
  private check(
    { host }: Login,
    prepared: PreparedQuery,
    names: readonly string[],
    values: readonly Value[],
  ): Eventual<string | undefined> {
    const wanted = this.request.typecheck ?? host.isTypechecked()
    return andThen(wanted, (on) => {
      if (!on) return undefined
      const checked = checkTypes(host.schema, prepared.expr, names, values, this.timeLeft)
      this.warnings = checked.warnings
      if (checked.errors.length > 0) throw new InvalidQuery(checked.errors)
      return checked.staticType
    })
  }

  // ------------------------------------------------------------ replies

  succeeded(outcome: Outcome | undefined, ts: number): Reply {
    if (!outcome) return UNAUTHORIZED
    tellCommitted(this.parts.audit, outcome.login)
    const { seesInternals } = outcome.login.permissions
    const summary = renderAll([
      ...this.warnings,
      ...visibleDiagnostics([...this.state.diagnostics, ...this.state.hints.values()], seesInternals),
    ])
    const data = encode(outcome.result, this.request.format, ts)
    return successReply(data, outcome.staticType, this.envelope(summary, ts))
  }

  async failed(error: unknown): Promise<Reply> {
    if (error instanceof RefusedRequest) return error.reply
    if (error instanceof PasswordsBusy)
      return protocolReply(429, 'limit_exceeded', 'Too many pending requests', this.request.tags)
    if (error instanceof DeadlineExceeded) return timedOutReply(this.request)
    if (error instanceof ContendedTransaction)
      return protocolReply(
        409,
        'contended_transaction',
        contentionText(this.login?.host, error.key),
        this.request.tags,
      )
    if (error instanceof InvalidQuery) return this.invalid(error)
    if (error instanceof QueryFailure && error.code === 'invalid_request')
      return protocolReply(400, error.code, error.message, this.request.tags)
    if (error instanceof QueryFailure) return this.queryFailed(error)
    if (error instanceof RangeError && error.message.includes('call stack'))
      return this.queryFailed(fail.stackOverflow(2048))
    throw error
  }

  private invalid(error: InvalidQuery): Reply {
    const summary = renderAll([
      ...this.warnings,
      ...error.errors,
      ...visibleDiagnostics([...this.state.diagnostics, ...this.state.hints.values()], this.seesInternals),
    ])
    return failureReply({ code: error.code, message: error.message }, this.envelope(summary, this.snapshotTs))
  }

  private async queryFailed(failure: QueryFailure): Promise<Reply> {
    let shown = failure
    let abort: string | undefined
    if (failure.details.abort !== undefined) {
      const encoded = await this.encodeAbort(failure.details.abort)
      if (typeof encoded === 'string') abort = encoded
      else shown = encoded
    }
    const diagnostics = [
      failureDiagnostic(shown, shown.trace ?? this.state.frames, this.seesInternals),
      ...visibleDiagnostics([...this.state.diagnostics, ...this.state.hints.values()], this.seesInternals),
    ]
    const { code, message, details } = shown
    return failureReply(
      { code, message, constraintFailures: details.constraintFailures, abort },
      this.envelope(renderAll([...this.warnings, ...diagnostics]), this.snapshotTs),
    )
  }

  /** The argument of `abort` is read in the state that the query had reached; a failure of that is the answer. */
  private async encodeAbort(value: Value): Promise<string | QueryFailure> {
    const login = this.login as Login
    const ctx = new Context(login.host, login.permissions, this.state)
    try {
      return encode(await materialise(ctx, value), this.request.format, this.snapshotTs)
    } catch (error) {
      if (error instanceof QueryFailure) return error
      throw error
    }
  }

  /** Milliseconds for checking types: what is left, at the most five seconds. */
  private get timeLeft(): number {
    return Math.min(CHECK_TIME_LIMIT, this.deadline - performance.now())
  }

  private get seesInternals(): boolean {
    return (this.login?.permissions as AccessPermissions | undefined)?.seesInternals ?? false
  }
  private get snapshotTs(): number {
    return this.transaction?.snapshotTs ?? 0
  }

  private envelope(summary: string, txnTs: number) {
    return {
      summary,
      txnTs,
      schemaVersion: this.login?.host.schema.version ?? 0,
      stats: this.stats(),
      tags: this.request.tags,
    }
  }

  private stats(): QueryStats {
    const stats = this.login?.host.stats
    return {
      computeOps: Math.max(1, Math.ceil(this.state.steps / STEPS_PER_COMPUTE_OP)),
      readOps: stats?.readOps ?? 0,
      writeOps: stats?.writeOps ?? 0,
      timeMs: Math.round(performance.now() - this.request.startedAt),
      retries: this.attempts - 1,
      bytesRead: (this.transaction?.stats.readBytes ?? 0) - this.bytesBefore,
      bytesWritten: this.transaction?.stats.writeBytes ?? 0,
    }
  }
}

// ---------------------------------------------------------------- template values

/** A template value that did not decode: a failure of the check at its placeholder. */
class BadValue {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

type DecodedTemplate = Parameters<typeof joinTemplate<Value | BadValue>>[0]

function decodeOrBad(json: JsonValue, resolve: Resolver): Value | BadValue {
  try {
    return decodeTagged(json, resolve)
  } catch (error) {
    if (error instanceof InvalidValue) return new BadValue(error.message)
    throw error
  }
}

const COMPOSE = {
  array: (items: readonly (Value | BadValue)[]) => firstBad(items) ?? (items as Value[]),
  object: (keys: readonly string[], items: readonly (Value | BadValue)[]) =>
    firstBad(items) ?? new ObjectValue(new Map(keys.map((k, i) => [k, items[i] as Value]))),
}
const firstBad = (items: readonly (Value | BadValue)[]): BadValue | undefined =>
  items.find((i) => i instanceof BadValue)

const badValue = (v: BadValue, text: string, start: number): Diagnostic => {
  const span: Span = { source: { name: '*query*', text }, start, end: start + PLACEHOLDER.length }
  return { kind: 'error', message: v.reason, span }
}
