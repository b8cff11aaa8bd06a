/**
 * Why a query with a certain secret may do what it does, or may not: runs it as it would run, keeps nothing of what it
 * writes, and answers every decision of access on the way (docs/guide/identity.md).
 */
import { type Decision, DecisionLog, WatchedPermissions } from '#src/access/roles/explain.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { NO_AUDIT } from './audit.ts'
import { authenticate, type Login } from './authenticate.ts'
import { isWithin } from './databases.ts'
import { explainLogin, explainRefusal, type LoginExplanation } from './explain-login.ts'
import { predicatePlaces } from './explain-places.ts'
import { explanationText } from './explain-text.ts'
import { protocolReply, UNAUTHORIZED } from './reply.ts'
import { type QueryParts, QueryRunner } from './run-query.ts'
import type { ExplainRequest, QueryRequest, Reply } from './service.ts'

export interface Explanation {
  readonly login: LoginExplanation
  readonly decisions: readonly Decision[]
  /** Decisions beyond the number that is kept. */
  readonly more: number
  /** What the client would have been answered. */
  readonly answer: { readonly status: number; readonly body: unknown } | undefined
}

/** Milliseconds for the query that is explained: it waits for more than an ordinary one. */
const TIME_LIMIT_MS = 30_000

export async function explain(parts: QueryParts, request: ExplainRequest): Promise<Reply> {
  const { value: admin } = await runTransaction(parts.storage, (tx) =>
    authenticate(parts, tx, request.authorization, request),
  )
  if (!admin) return UNAUTHORIZED
  if (admin.permissions.builtIn !== 'admin') return protocolReply(403, 'forbidden', 'Access denied')
  const explanation = await explainQuery({ ...parts, audit: NO_AUDIT }, admin, request)
  if (request.format === 'json') return { status: 200, body: JSON.stringify(explanation) }
  return {
    status: 200,
    body: explanationText(explanation),
    headers: { 'content-type': 'text/plain;charset=utf-8' },
  }
}

async function explainQuery(parts: QueryParts, admin: Login, request: ExplainRequest): Promise<Explanation> {
  let log = new DecisionLog()
  let login: LoginExplanation = { authenticated: false, because: 'the query did not get so far' }
  const watch: typeof authenticate = async (_parts, tx) => {
    log = new DecisionLog()
    const found = await logInWithin(parts, tx, admin, request.secret)
    login = found ? await explainLogin(found) : await explainRefusal(parts, tx, admin, request.secret)
    return found && { ...found, permissions: new WatchedPermissions(found.permissions, log) }
  }
  const runner = new QueryRunner({ ...parts, storage: withoutCommits(parts.storage), login: watch })
  const reply = await runner.run(queryRequest(request))
  await addPlaces(parts, admin, login, log.decisions)
  const answer = login.authenticated ? { status: reply.status, body: JSON.parse(reply.body) } : undefined
  return { login, decisions: log.decisions, more: log.dropped, answer }
}

/** The login of the secret, if it is in the admin's database or below. */
async function logInWithin(
  parts: QueryParts,
  tx: Transaction,
  admin: Login,
  secret: string,
): Promise<Login | undefined> {
  const login = await authenticate(parts, tx, `Bearer ${secret}`)
  if (!login) return undefined
  return (await isWithin(tx, login.host.schema.database, admin.host.schema.database)) ? login : undefined
}

/** The same store for a query whose writes are to be seen by itself only. */
function withoutCommits(storage: StorageEngine): StorageEngine {
  return {
    name: storage.name,
    begin: (notBefore) => storage.begin(notBefore),
    commit: async ({ snapshot }) => ({ committed: true, ts: snapshot.ts }),
    prune: (range, before) => storage.prune(range, before),
    onCommit: (listener) => storage.onCommit(listener),
    close: () => storage.close(),
  }
}

const queryRequest = ({ query, startedAt, requestId }: ExplainRequest): QueryRequest => ({
  authorization: undefined,
  query,
  arguments: undefined,
  format: 'simple',
  typecheck: undefined,
  linearized: false,
  performanceHints: false,
  timeoutMs: TIME_LIMIT_MS,
  startedAt,
  maxContentionRetries: 0,
  lastTxnTs: 0,
  tags: undefined,
  trace: false,
  requestId,
})

/** Says of every predicate where it stands in the schema files. */
async function addPlaces(
  parts: QueryParts,
  admin: Login,
  login: LoginExplanation,
  decisions: readonly Decision[],
): Promise<void> {
  const { value: places } = await runTransaction(parts.storage, (tx) =>
    predicatePlaces(tx, login.authenticated ? login.databaseId : admin.host.schema.database),
  )
  for (const { reasons, action, resource } of decisions)
    for (const reason of reasons)
      if (reason.kind === 'role' && reason.entry === 'predicate')
        reason.predicate.place = places.get(`${reason.role} ${resource} ${action}`)
  if (!login.authenticated) return
  for (const { role, predicate } of login.roles)
    if (predicate) predicate.place = places.get(`${role} ${login.collection}`)
}
