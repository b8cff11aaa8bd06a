/** What `/feed/1` and `/stream/1` have in common (spec/protocol.md §7.2, §8). */
import type { AccessPermissions } from '#src/access/roles/permissions.ts'
import { IdentityPermissions, RolePermissions } from '#src/access/roles/role-permissions.ts'
import { textField } from '#src/data/schema-model.ts'
import { QueryFailure } from '#src/fql/errors/failure.ts'
import { eventSourceTime } from '#src/fql/sets/cursor.ts'
import { decodePosition, endOf, type Position } from '#src/stream/position.ts'
import { openToken, type Session, sessionContext } from '#src/stream/session.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { type AuthParts, authenticate, type Login } from './authenticate.ts'
import { protocolReply } from './reply.ts'
import type { Caller, EventPosition, Reply } from './service.ts'

/** How the two endpoints word their refusals. */
export interface Wording {
  /** Of the messages about bodies. */
  readonly end: '.' | ''
  readonly source: 'event source' | 'stream'
}

/** The request ends here. */
export class Refused {
  readonly message: string
  /** Code of the failure behind it, if there is one. */
  readonly code: string | undefined
  constructor(message: string, code?: string) {
    this.message = message
    this.code = code
  }
  get reply(): Reply {
    return protocolReply(400, 'invalid_request', this.message)
  }
}

export const UNAUTHENTICATED = protocolReply(
  401,
  'unauthorized',
  'Invalid token, unable to authenticate request',
)

export interface Opening {
  readonly login: Login
  readonly session: Session
}

/** The source of a request's token with the caller's rights; undefined: not authenticated. Throws `Refused`. */
export async function openRequest(
  parts: AuthParts,
  tx: Transaction,
  request: Caller & { readonly token: string },
  wording: Wording,
  deadline: number,
): Promise<Opening | undefined> {
  const login = await authenticate(parts, tx, request.authorization, request)
  if (!login) return undefined
  const { host, permissions } = login
  try {
    const session = await openToken(sessionContext(host, permissions, deadline), host, request.token)
    if (session) return { login, session }
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error
    throw new Refused(`Error evaluating provided ${wording.source}, ${error.message}`, error.code)
  }
  throw invalidSource(wording)
}

const invalidSource = ({ end }: Wording): Refused =>
  new Refused(`Invalid request body: invalid event source provided${end}`)

export interface Start {
  /** When the source was made, microseconds. */
  readonly made: number
  readonly from: Position
}

/** Where to begin; throws `Refused` for what is no token or no cursor, whoever asks. */
export function startOfRequest(
  { token, cursor, startTs }: EventPosition & { readonly token: string },
  wording: Wording,
  atTime: (ts: number) => Position,
): Start {
  const made = eventSourceTime(token)
  if (made === undefined) throw invalidSource(wording)
  if (startTs !== undefined) return { made, from: atTime(clamped(startTs)) }
  if (cursor === undefined) return { made, from: endOf(made) }
  const from = decodePosition(cursor)
  if (!from) throw new Refused(`Invalid request body: invalid event cursor provided${wording.end}`)
  return { made, from }
}

const clamped = (ts: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(ts, Number.MAX_SAFE_INTEGER))

/** Changes when the rights of a login are no longer what they were; says nothing of memberships' reasons. */
export function rightsOf({ host, permissions, kind, id }: Login): string {
  const { database, documents } = host.schema
  const names = new Set(rolesIn(permissions).map((r) => r.name))
  const versions = documents.roles
    .map(([, role]) => [textField(role.fields, 'name') ?? '', role.ts])
    .filter(([name]) => names.has(name as string))
  return JSON.stringify([kind, `${id}`, `${database}`, permissions.builtIn, versions])
}

function rolesIn(permissions: AccessPermissions): RolePermissions['roles'] {
  if (permissions instanceof IdentityPermissions) return permissions.roles.roles
  return permissions instanceof RolePermissions ? permissions.roles : []
}
