/** `/schema/1`: schema as code (spec/schema.md §15). */

import { schemaKey } from '#src/data/keys.ts'
import { readSchemaFiles, writeSchemaFiles } from '#src/data/schema-files.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { renderDiagnostic } from '#src/fql/errors/render.ts'
import { Context } from '#src/fql/eval/context.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { ObjectValue } from '#src/fql/values/value.ts'
import type { ItemDiff } from '#src/schema/diff/diff.ts'
import type { SchemaItem } from '#src/schema/model/items.ts'
import { itemToDocument } from '#src/schema/model/to-document.ts'
import type { SchemaProblem } from '#src/schema/source/parse-files.ts'
import { planPush } from '#src/schema/source/push.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { authenticate, type Login } from './authenticate.ts'
import type { QueryParts } from './run-query.ts'
import type { Reply, SchemaOperation, SchemaRequest } from './service.ts'

const COLLECTION_OF = {
  collection: 'Collection',
  function: 'Function',
  role: 'Role',
  'access provider': 'AccessProvider',
} as const

const errorReply = (status: number, message: string): Reply => ({
  status,
  body: JSON.stringify({ error: { message } }),
})
const UNAUTHORIZED: Reply = {
  ...errorReply(401, 'Access token required'),
  headers: { 'www-authenticate': 'Bearer' },
}

/** Ends a transaction without writing anything. */
class Refused {
  readonly reply: Reply
  constructor(reply: Reply) {
    this.reply = reply
  }
}

export class SchemaService {
  private readonly parts: QueryParts
  constructor(parts: QueryParts) {
    this.parts = parts
  }

  async run(request: SchemaRequest): Promise<Reply> {
    try {
      const result = await runTransaction(this.parts.storage, (tx) => this.attempt(tx, request))
      return result.value(result.ts)
    } catch (error) {
      if (error instanceof Refused) return error.reply
      if (error instanceof QueryFailure) return errorReply(400, failureText(error))
      throw error
    }
  }

  /** Answers how to reply once the commit time is known. */
  private async attempt(tx: Transaction, request: SchemaRequest): Promise<(ts: number) => Reply> {
    const login = await authenticate(this.parts, tx, request.authorization)
    if (!login) throw new Refused(UNAUTHORIZED)
    requireAccess(login, request.operation)
    const { version } = login.host.schema
    if (request.version !== undefined && !request.force && request.version !== version)
      throw new Refused(errorReply(409, 'Stale schema version provided'))
    return this.operate(tx, login, request.operation)
  }

  private async operate(
    tx: Transaction,
    login: Login,
    operation: SchemaOperation,
  ): Promise<(ts: number) => Reply> {
    switch (operation.kind) {
      case 'refuse':
        throw new Refused(operation.reply)
      case 'update':
        return this.update(tx, login, operation)
      default:
        throw new Refused(errorReply(400, `The schema operation ${operation.kind} is not supported yet.`))
    }
  }

  private async update(
    tx: Transaction,
    { host, permissions }: Login,
    operation: SchemaOperation & { kind: 'update' },
  ): Promise<(ts: number) => Reply> {
    const { database } = host.schema
    const before = await readSchemaFiles(tx, database)
    const sent = new Map(operation.files.map((f) => [f.name, f.content]))
    const plan = planPush({ before, sent, override: operation.override })
    if (!plan.ok) throw new Refused(errorReply(400, problemsText(plan.errors)))
    writeSchemaFiles(tx, database, before, plan.files)
    const ctx = new Context(host, permissions)
    for (const diff of plan.diffs) await applyDiff(ctx, diff)
    await host.runDeferred()
    tx.put(schemaKey(database), new Uint8Array(0))
    return (ts) => ({ status: 200, body: JSON.stringify({ version: ts }) })
  }
}

function requireAccess({ permissions }: Login, operation: SchemaOperation): void {
  const { builtIn } = permissions
  const mayRead = builtIn === 'admin' || builtIn === 'server' || builtIn === 'server-readonly'
  const writes = !['files', 'file', 'diff', 'status', 'item-get', 'refuse'].includes(operation.kind)
  if (mayRead && (builtIn === 'admin' || !writes)) return
  throw new Refused(errorReply(403, 'Access denied'))
}

const problemsText = (problems: readonly SchemaProblem[]): string =>
  problems.map((p) => (typeof p === 'string' ? p : renderDiagnostic(p))).join('\n')

function failureText(failure: QueryFailure): string {
  const lines = (failure.details.constraintFailures ?? []).map(
    (f) => `  ${f.paths.map((p) => p.join('.')).join(',')}: ${f.message}`,
  )
  return [failure.message, ...(lines.length > 0 ? ['constraint failures:', ...lines] : [])].join('\n')
}

/** Writes the document of one changed item. */
async function applyDiff(ctx: Context, diff: ItemDiff): Promise<void> {
  const { host } = ctx
  const reference = (item: SchemaItem, name: string) => {
    const collection = host.systemCollection(COLLECTION_OF[item.kind])
    if (
      !collection ||
      typeof collection !== 'object' ||
      !('kind' in collection) ||
      collection.kind !== 'module'
    )
      throw new Error(`no system collection for ${item.kind}`)
    return new DocValue(collection, name)
  }
  switch (diff.kind) {
    case 'add': {
      const handle = reference(diff.item, diff.item.name.text).collection.collection
      if (handle) await host.create(ctx, handle, new ObjectValue(itemToDocument(diff.item)), 'document')
      return
    }
    case 'remove':
      await host.delete(ctx, reference(diff.item, diff.item.name.text))
      return
    case 'modify': {
      const doc = reference(diff.after, diff.before.name.text)
      const data = await host.rawField(doc, 'data')
      await host.replace(ctx, doc, new ObjectValue(itemToDocument(diff.after, data)), 'document')
    }
  }
}
