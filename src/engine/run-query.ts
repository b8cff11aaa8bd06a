/** One query: authenticate, decode, parse, check, evaluate, commit, encode (docs/architecture.md). */
import { PasswordsBusy } from '#src/access/passwords/bounded-queue.ts'
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import * as fail from '#src/fql/errors/catalogue.ts'
import type { Diagnostic } from '#src/fql/errors/diagnostic.ts'
import { InvalidQuery, QueryFailure } from '#src/fql/errors/failure.ts'
import { renderAll } from '#src/fql/errors/render.ts'
import { Context } from '#src/fql/eval/context.ts'
import {
  DeadlineExceeded,
  MAX_STACK_FRAMES,
  RunState,
  STEPS_PER_COMPUTE_OP,
} from '#src/fql/eval/run-state.ts'
import { CHECK_TIME_LIMIT } from '#src/fql/types/check.ts'
import type { Value } from '#src/fql/values/value.ts'
import { andThen, type Eventual, orElse } from '#src/lib/eventual.ts'
import { FutureTimestamp, type StorageEngine } from '#src/storage/engine.ts'
import { ContendedTransaction, TransactionTooLarge } from '#src/transaction/errors.ts'
import { type RunResult, runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { encode } from '#src/wire/encode.ts'
import { type Materialised, materialise } from '#src/wire/materialise.ts'
import { type AuthParts, authenticate, type Login } from './authenticate.ts'
import { contentionText } from './contention.ts'
import { type DecodedRequest, decodeRequest, RefusedRequest } from './decode-request.ts'
import { failureDiagnostic, visibleDiagnostics } from './failure-diagnostic.ts'
import { tellCommitted } from './origin.ts'
import { type PreparedQuery, QueryCache } from './query-cache.ts'
import {
  failureReply,
  protocolReply,
  type QueryStats,
  successReply,
  timedOutReply,
  unauthorized,
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

export class QueryRunner {
  private readonly parts: QueryParts
  private readonly cache = new QueryCache()

  constructor(parts: QueryParts) {
    this.parts = parts
  }

  run(request: QueryRequest): Eventual<Reply> {
    const run = new QueryRun(this.parts, this.cache, request)
    return orElse(
      () => andThen(this.transact(run, request), ({ value, ts }) => this.succeeded(run, value, ts)),
      (error) => run.failed(error),
    )
  }

  private transact(run: QueryRun, request: QueryRequest): Eventual<RunResult<Outcome | undefined>> {
    return runTransaction(this.parts.storage, (tx, attempt) => run.attempt(tx, attempt), {
      notBefore: request.lastTxnTs || undefined,
      maxAttempts: request.maxContentionRetries + 1,
      deadline: run.deadline,
    })
  }

  private succeeded(run: QueryRun, outcome: Outcome | undefined, ts: number): Reply {
    if (outcome?.login.host.hasBackgroundWork) this.parts.onSchemaWork?.()
    return run.succeeded(outcome, ts)
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
  readonly deadline: number
  private login: Login | undefined
  private transaction: Transaction | undefined
  private state: RunState | undefined
  private warnings: readonly Diagnostic[] = []
  private attempts = 0
  private bytesBefore = 0
  /** What was given to `abort`. */
  private aborted: Materialised | undefined
  /** Counts of attempts that lost. */
  private lost = { readOps: 0, writeOps: 0 }

  constructor(parts: QueryParts, cache: QueryCache, request: QueryRequest) {
    this.parts = parts
    this.cache = cache
    this.request = request
    this.deadline = request.startedAt + request.timeoutMs
  }

  attempt(tx: Transaction, attempt: number): Eventual<Outcome | undefined> {
    this.attempts = attempt
    if (this.login) {
      const { readOps, writeOps } = this.login.host.stats
      this.lost = { readOps: this.lost.readOps + readOps, writeOps: this.lost.writeOps + writeOps }
    }
    this.transaction = tx
    this.aborted = undefined
    const logIn = this.parts.login ?? authenticate
    return andThen(logIn(this.parts, tx, this.request.authorization, this.request), (login) => {
      if (!login) return undefined
      this.login = login
      return this.evaluate(login)
    })
  }

  private evaluate(login: Login): Eventual<Outcome> {
    return andThen(this.prepare(login.host), ({ prepared, request }) =>
      andThen(this.check(login, prepared, request), (staticType) =>
        andThen(this.compute(login, prepared, request.values), (result): Outcome => {
          // What comes too late is not committed.
          if (performance.now() > this.deadline) throw new DeadlineExceeded()
          return { login, result, staticType }
        }),
      ),
    )
  }

  private compute(login: Login, prepared: PreparedQuery, values: readonly Value[]): Eventual<Materialised> {
    this.state = new RunState(this.deadline, this.request.performanceHints)
    const ctx = new Context(login.host, login.permissions, this.state)
    // What authentication and the schema cost is not the query's.
    this.bytesBefore = this.transaction?.stats.readBytes ?? 0
    const result = () =>
      andThen(prepared.code.run(ctx, values), (v) =>
        andThen(login.host.runDeferred(), () => materialise(ctx, v)),
      )
    return orElse(result, (error) => this.readAborted(error))
  }

  /** Reads what was given to `abort` while that can be done; a failure of that is the query's. */
  private readAborted(error: unknown): Eventual<never> {
    const abort = error instanceof QueryFailure ? error.details.abort : undefined
    if (!abort) throw error
    return andThen(materialise(abort.ctx, abort.value), (read) => {
      this.aborted = read
      throw error
    })
  }

  /** Decodes values and arguments, parses and compiles. */
  private prepare(host: DatabaseHost): Eventual<{ prepared: PreparedQuery; request: DecodedRequest }> {
    return andThen(decodeRequest(host, this.request), (request) => {
      const parsed = this.cache.prepare(request.text, request.isTemplate, request.names)
      if (!parsed.ok) throw new InvalidQuery(parsed.errors)
      return { prepared: parsed.value, request }
    })
  }

  /** The static type, when the query is to be checked. */
  private check(
    { host }: Login,
    prepared: PreparedQuery,
    { names, values }: DecodedRequest,
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
    if (!outcome) return unauthorized(this.request.tags)
    tellCommitted(this.parts.audit, outcome.login)
    const summary = renderAll([...this.warnings, ...this.notes])
    const data = encode(outcome.result, this.request.format, ts)
    return successReply(data, outcome.staticType, this.envelope(summary, ts, true))
  }

  async failed(error: unknown): Promise<Reply> {
    if (error instanceof RefusedRequest) return error.reply
    if (error instanceof PasswordsBusy)
      return protocolReply(429, 'limit_exceeded', 'Too many pending requests', this.request.tags)
    // A client that has seen the future would have to wait for it.
    if (error instanceof DeadlineExceeded || error instanceof FutureTimestamp)
      return timedOutReply(this.request)
    if (error instanceof ContendedTransaction)
      return protocolReply(
        409,
        'contended_transaction',
        await contentionText(this.parts.storage, this.login?.host, error.key),
        this.request.tags,
      )
    if (error instanceof TransactionTooLarge)
      return protocolReply(400, 'invalid_request', error.message, this.request.tags)
    if (error instanceof InvalidQuery) return this.invalid(error)
    if (error instanceof QueryFailure && error.code === 'invalid_request')
      return protocolReply(400, error.code, error.message, this.request.tags)
    if (error instanceof QueryFailure) return this.queryFailed(error)
    const limit = error instanceof RangeError ? engineLimit(error) : undefined
    if (limit) return this.queryFailed(limit)
    throw error
  }

  private invalid(error: InvalidQuery): Reply {
    const summary = renderAll([...this.warnings, ...error.errors, ...this.notes])
    return failureReply({ code: error.code, message: error.message }, this.envelope(summary, this.snapshotTs))
  }

  private queryFailed(failure: QueryFailure): Reply {
    const { code, message, details } = failure
    const abort = this.aborted && encode(this.aborted, this.request.format, this.snapshotTs)
    const diagnostics = [
      failureDiagnostic(failure, failure.trace ?? this.state?.frames ?? [], this.seesInternals),
      ...this.notes,
    ]
    return failureReply(
      { code, message, constraintFailures: details.constraintFailures, abort },
      this.envelope(renderAll([...this.warnings, ...diagnostics]), this.snapshotTs),
    )
  }

  /** Milliseconds for checking types: what is left, at the most five seconds. */
  private get timeLeft(): number {
    return Math.min(CHECK_TIME_LIMIT, this.deadline - performance.now())
  }

  /** Log lines and hints that the caller may see. */
  private get notes(): Diagnostic[] {
    const { state } = this
    if (!state) return []
    return visibleDiagnostics([...state.diagnostics, ...state.hints.values()], this.seesInternals)
  }
  private get seesInternals(): boolean {
    return (this.login?.permissions as AccessPermissions | undefined)?.seesInternals ?? false
  }
  private get snapshotTs(): number {
    return this.transaction?.snapshotTs ?? 0
  }

  /** What has failed has written nothing. */
  private envelope(summary: string, txnTs: number, committed = false) {
    return {
      summary,
      txnTs,
      schemaVersion: this.login?.host.schema.version ?? 0,
      stats: this.stats(committed),
      tags: this.request.tags,
    }
  }

  private stats(committed: boolean): QueryStats {
    const stats = this.login?.host.stats
    return {
      computeOps: Math.max(1, Math.ceil((this.state?.steps ?? 0) / STEPS_PER_COMPUTE_OP)),
      readOps: this.lost.readOps + (stats?.readOps ?? 0),
      writeOps: this.lost.writeOps + (committed ? (stats?.writeOps ?? 0) : 0),
      // Rounded up: no query takes no time at all.
      timeMs: Math.max(1, Math.ceil(performance.now() - this.request.startedAt)),
      retries: this.attempts - 1,
      bytesRead: (this.transaction?.stats.readBytes ?? 0) - this.bytesBefore,
      bytesWritten: committed ? (this.transaction?.stats.writeBytes ?? 0) : 0,
    }
  }
}

/** What the JS engine refused, as a failure of the query; undefined: a mistake of the server. */
function engineLimit({ message }: RangeError): QueryFailure | undefined {
  if (message.includes('call stack')) return fail.stackOverflow(MAX_STACK_FRAMES)
  const kind = /^Invalid (array|string) length$/.exec(message)?.[1]
  return kind === undefined ? undefined : fail.valueTooLarge(`${kind} does not fit in memory`)
}
