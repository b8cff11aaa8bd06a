import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { DocumentVersion } from '#src/data/document-version.ts'
import { CountedDocument } from '#src/data/found-document.ts'
import { Context } from '#src/fql/eval/context.ts'
import { type EffectLimit, READ } from '#src/fql/eval/effect.ts'
import { RunState } from '#src/fql/eval/run-state.ts'
import { decodeEventSource } from '#src/fql/sets/cursor.ts'
import type { DocKey } from '#src/fql/values/document.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import { openSource, type Source } from './source.ts'

/** Events of a source, read in one transaction with the rights of one login. */
export interface Session {
  readonly ctx: Context
  readonly host: DatabaseHost
  readonly source: Source
}

/** For one change. */
export interface ChangeSession extends Session {
  /** Of the versions that it lies between. */
  readonly documents: Map<DocumentVersion, ChangedDocument>
}

/** A document before or after a change. */
export class ChangedDocument extends CountedDocument {
  private readonly held: ReadonlySet<string>

  constructor({ collection, held, changeCost }: Source, key: DocKey, version: DocumentVersion) {
    super(collection.module, key, undefined, version)
    this.held = held
    this.paid = changeCost !== undefined
  }

  holds(field: string): boolean {
    return field === 'id' || this.held.has(field)
  }
}

/** The text is part of the failure's message, as in the reference (spec/protocol.md §7.3). */
const SUBSCRIPTIONS: EffectLimit = { max: READ, place: 'Writes are disallowed in stream subscriptions.' }

/** `deadline`: as of `performance.now()`. */
export const sessionContext = (host: DatabaseHost, rights: AccessPermissions, deadline: number): Context =>
  new Context(host, rights, new RunState(deadline), SUBSCRIPTIONS)

/** The same for one change, so that what one does is not counted against the next. */
export const forNextChange = (session: Session): ChangeSession => {
  const { host, permissions, effect, run } = session.ctx
  return {
    ...session,
    ctx: new Context(host, permissions, new RunState(run.deadline), effect),
    documents: new Map(),
  }
}

/**
 * The source that a token holds, with the rights of whoever brings it; undefined when the text is none. Fails when it does
 * not make sense, or may not be read, in this database.
 */
export function openToken(ctx: Context, host: DatabaseHost, token: string): Eventual<Session | undefined> {
  const decoded = decodeEventSource(ctx, token)
  if (!decoded) return undefined
  return andThen(openSource(ctx, host, decoded.source), (source) => ({ ctx, host, source }))
}
