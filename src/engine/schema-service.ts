/** `/schema/1`: schema as code (spec/schema.md §15). */
import { ROOT_DATABASE } from '#src/data/keys.ts'
import { readSchemaFiles } from '#src/data/schema-files.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { authenticate, type Login } from './authenticate.ts'
import { tellCommitted } from './origin.ts'
import type { QueryParts } from './run-query.ts'
import { failureText } from './schema-errors.ts'
import { type ItemOperation, itemRoute } from './schema-items.ts'
import { push } from './schema-push.ts'
import {
  errorReply,
  notFound,
  okReply,
  Refused,
  type ReplyAt,
  refused,
  UNAUTHORIZED,
} from './schema-reply.ts'
import {
  abandonStaged,
  activeFiles,
  commitStaged,
  isStaged,
  pendingSummary,
  runningBuilds,
  stagedDifference,
  stagedStatus,
} from './schema-staging.ts'
import { diffText, sentFiles, validate } from './schema-validate.ts'
import { readSchemaDocuments } from './schemas.ts'
import type { Reply, SchemaOperation, SchemaRequest } from './service.ts'

type Of<K extends SchemaOperation['kind']> = SchemaOperation & { readonly kind: K }

export class SchemaService {
  private readonly parts: QueryParts
  private readonly afterCommit: () => void
  /** `afterCommit`: called when a push has left work for the background. */
  constructor(parts: QueryParts, afterCommit: () => void) {
    this.parts = parts
    this.afterCommit = afterCommit
  }

  async run(request: SchemaRequest): Promise<Reply> {
    let login: Login | undefined
    try {
      const result = await runTransaction(this.parts.storage, async (tx) => {
        login = await authenticate(this.parts, tx, request.authorization, request)
        return attempt(login, request, tx)
      })
      if (login) tellCommitted(this.parts.audit, login)
      if (login?.host.hasBackgroundWork) this.afterCommit()
      return result.value(result.ts)
    } catch (error) {
      if (error instanceof Refused) return error.reply
      if (error instanceof QueryFailure) return errorReply(400, failureText(error))
      throw error
    }
  }
}

/** Answers how to reply once the commit time is known. */
async function attempt(login: Login | undefined, request: SchemaRequest, tx: Transaction): Promise<ReplyAt> {
  if (!login) throw new Refused(UNAUTHORIZED)
  const { operation } = request
  requireAccess(login, operation)
  const { version } = login.host.schema
  const validates = 'validate' in operation && operation.validate
  if (request.version !== undefined && !request.force && !validates && request.version !== version)
    throw new Refused(errorReply(409, 'Stale schema version provided'))
  return operate(tx, login, operation)
}

function requireAccess({ permissions }: Login, operation: SchemaOperation): void {
  const { builtIn } = permissions
  const mayRead = builtIn === 'admin' || builtIn === 'server' || builtIn === 'server-readonly'
  if (mayRead && (builtIn === 'admin' || !isWrite(operation))) return
  throw new Refused(errorReply(403, 'Access denied'))
}

const READS: ReadonlySet<SchemaOperation['kind']> = new Set([
  'files',
  'file',
  'diff',
  'status',
  'item-get',
  'refuse',
])
const isWrite = (operation: SchemaOperation): boolean =>
  !READS.has(operation.kind) && !('validate' in operation && operation.validate)

async function operate(tx: Transaction, login: Login, operation: SchemaOperation): Promise<ReplyAt> {
  switch (operation.kind) {
    case 'refuse':
      throw new Refused(operation.reply)
    case 'files':
      return files(login, operation)
    case 'file':
      return file(login, operation)
    case 'update':
      return update(login, operation)
    case 'diff':
      return diff(tx, login, operation)
    case 'status':
      return status(login, operation)
    case 'commit':
      requireChild(login)
      await commitStaged(login)
      return updated
    case 'abandon':
      requireChild(login)
      await abandonStaged(login)
      return updated
    default:
      return itemRoute(login, operation satisfies ItemOperation)
  }
}

const updated: ReplyAt = (version) => okReply({ version })

function requireChild({ host }: Login): void {
  if (host.schema.database === ROOT_DATABASE) throw refused('Schema cannot be staged in the root database')
}

// ---------------------------------------------------------------- reading

const textsOf = ({ host }: Login, staged: boolean) =>
  staged ? readSchemaFiles(host.transaction, host.schema.database) : activeFiles(host)

async function files(login: Login, { staged }: Of<'files'>): Promise<ReplyAt> {
  const { version } = login.host.schema
  const names = [...(await textsOf(login, staged)).keys()]
  return () => okReply({ version, files: names.map((filename) => ({ filename })) })
}

async function file(login: Login, { name, staged }: Of<'file'>): Promise<ReplyAt> {
  const { version } = login.host.schema
  const content = (await textsOf(login, staged)).get(name)
  if (content === undefined) throw notFound()
  return () => okReply({ version, content })
}

// ---------------------------------------------------------------- writing

async function update(login: Login, operation: Of<'update'>): Promise<ReplyAt> {
  if (operation.staged) requireChild(login)
  const { override, staged } = operation
  await push(login, { sent: sentFiles(operation.files), override, staged })
  return updated
}

async function diff(tx: Transaction, login: Login, operation: Of<'diff'>): Promise<ReplyAt> {
  const { host } = login
  const { database, version } = host.schema
  const stored = operation.staged || !isStaged(host)
  const before = stored ? await readSchemaFiles(tx, database) : await activeFiles(host)
  const documents = stored
    ? await readSchemaDocuments(tx, database, false, host.schema.resolve)
    : host.schema.documents
  const sent = sentFiles(operation.files)
  const validated = await validate(host, { before, documents, sent, override: operation.override })
  const text = diffText(validated, before, operation.format, operation.color)
  return () => okReply({ version, diff: text })
}

async function status(login: Login, { format, color }: Of<'status'>): Promise<ReplyAt> {
  requireChild(login)
  const { host } = login
  const head = { version: host.schema.version, status: stagedStatus(host) }
  if (format === undefined) return () => okReply(head)
  const { validated, before } = await stagedDifference(host)
  const difference = diffText(validated, before, format, color)
  const builds = await runningBuilds(host)
  return () =>
    okReply({
      ...head,
      pending_summary: pendingSummary(host),
      diff: difference,
      // Our own: how far index builds are.
      ...(builds.length > 0 && { builds }),
    })
}
