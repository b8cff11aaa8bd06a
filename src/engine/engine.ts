import { JwksCache } from '#src/access/jwt/jwks-cache.ts'
import { jwksDownloader } from '#src/access/jwt/jwks-download.ts'
import type { PasswordParams } from '#src/access/passwords/params.ts'
import { rootSecretTest } from '#src/access/secrets/hash.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { type AuditTrail, NO_AUDIT } from './audit.ts'
import { authenticate, type Login } from './authenticate.ts'
import { environmentError, environmentJson, globalIdOf } from './environment.ts'
import { explain } from './explain.ts'
import { runFeed } from './feed.ts'
import { LoginAdmin } from './login-admin.ts'
import { LoginRecords } from './login-records.ts'
import { startPruning } from './pruning.ts'
import { type QueryParts, QueryRunner } from './run-query.ts'
import { SchemaService } from './schema-service.ts'
import { SchemaWork } from './schema-work.ts'
import { Schemas } from './schemas.ts'
import type {
  Caller,
  ExplainRequest,
  FeedRequest,
  IdentityRequest,
  OpenStream,
  QueryRequest,
  QueryService,
  Reply,
  SchemaRequest,
  StreamRequest,
} from './service.ts'
import { createServices } from './services.ts'
import { type StreamOptions, Streams } from './stream.ts'

export interface EngineOptions {
  readonly storage: StorageEngine
  /** Secrets that are admins of the root database. */
  readonly rootSecrets: readonly string[]
  /** Cost of password hashes; the OWASP parameters unless told. */
  readonly passwordParams?: PasswordParams
  /** Where key sets of access providers may be fetched from; `public` unless told. */
  readonly jwksReach?: 'public' | 'developer'
  /** Told of what concerns security. */
  readonly audit?: AuditTrail
  /** How streams are watched over; for tests. */
  readonly streams?: Partial<StreamOptions>
}

/** The old interface has errors of its own form. */
const NOT_AUTHORIZED: Reply = {
  status: 401,
  body: JSON.stringify({ errors: [{ code: 'unauthorized', description: 'Unauthorized' }] }),
  headers: { 'www-authenticate': 'Basic realm="Unauthorized"' },
}

const exportError = (status: number, error: string): Reply => ({ status, body: JSON.stringify({ error }) })

/** The database engine over a store. */
export function createEngine(options: EngineOptions): QueryService {
  const jwksReach = options.jwksReach ?? 'public'
  const { storage, passwordParams, audit = NO_AUDIT } = options
  const records = new LoginRecords(storage, Date.now)
  const parts: QueryParts = {
    storage,
    audit,
    schemas: new Schemas(),
    services: createServices({ passwordParams, jwksReach, records, audit }),
    isRootSecret: rootSecretTest(options.rootSecrets),
    jwks: new JwksCache({ fetch: jwksDownloader({ reach: jwksReach }) }),
  }
  return new Engine(parts, records, options.streams)
}

class Engine implements QueryService {
  private readonly parts: QueryParts
  private readonly queries: QueryRunner
  private readonly schemas: SchemaService
  private readonly schemaWork: SchemaWork
  private readonly streams: Streams
  private readonly stopPruning: () => Promise<void>
  private readonly logins: LoginAdmin

  constructor(parts: QueryParts, records: LoginRecords, streams?: Partial<StreamOptions>) {
    this.parts = parts
    this.logins = new LoginAdmin({ ...parts, records })
    this.schemaWork = new SchemaWork(parts)
    const onSchemaWork = () => this.schemaWork.wake()
    this.queries = new QueryRunner({ ...parts, onSchemaWork })
    this.schemas = new SchemaService(parts, onSchemaWork)
    this.schemaWork.wake()
    this.streams = new Streams(parts, streams)
    this.stopPruning = startPruning(parts)
  }

  query(request: QueryRequest): Eventual<Reply> {
    return this.queries.run(request)
  }

  stream(request: StreamRequest): Promise<Reply | OpenStream> {
    return this.streams.start(request)
  }

  feed(request: FeedRequest): Promise<Reply> {
    return runFeed(this.parts, request)
  }

  schema(request: SchemaRequest): Promise<Reply> {
    return this.schemas.run(request)
  }

  identity(request: IdentityRequest): Promise<Reply> {
    return this.logins.run(request)
  }

  explain(request: ExplainRequest): Promise<Reply> {
    return explain(this.parts, request)
  }

  async environment(caller: Caller): Promise<Reply> {
    const login = await this.login(caller)
    if (!login) return environmentError(401, 'unauthorized', 'Invalid token, unable to authenticate request')
    const { builtIn } = login.permissions
    if (builtIn !== 'admin' && builtIn !== 'server')
      return environmentError(
        403,
        'forbidden',
        'A valid admin/server key must be provided to use this endpoint',
      )
    return { status: 200, body: environmentJson(login.host.schema) }
  }

  /** Exports went to the operator's own storage; a backup of this server is a copy of its files. */
  async exports(caller: Caller): Promise<Reply> {
    const login = await this.login(caller)
    if (!login)
      return { ...exportError(401, 'Access token required'), headers: { 'www-authenticate': 'Bearer' } }
    const { builtIn } = login.permissions
    if (builtIn === undefined || builtIn === 'client') return exportError(403, 'Access denied')
    return exportError(404, 'Exports are not supported by this server. Back up its data instead.')
  }

  async authorized(caller: Caller): Promise<Reply> {
    const login = await this.login(caller)
    if (!login) return NOT_AUTHORIZED
    return { status: 200, body: JSON.stringify({ account: '0', global_id: globalIdOf(login.host) }) }
  }

  private async login(caller: Caller): Promise<Login | undefined> {
    const body = (tx: Transaction) => authenticate(this.parts, tx, caller.authorization, caller)
    return (await runTransaction(this.parts.storage, body)).value
  }

  async healthy(): Promise<boolean> {
    const snapshot = await this.parts.storage.begin()
    snapshot.release()
    return true
  }

  async close(): Promise<void> {
    this.streams.close()
    await this.stopPruning()
    await this.schemaWork.stop()
    await this.parts.storage.close()
  }
}
