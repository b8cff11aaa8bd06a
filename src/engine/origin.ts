import { parseAuthorization } from '#src/access/secrets/authorization.ts'
import { decodeSecret } from '#src/access/secrets/codec.ts'
import { documentText } from '#src/data/security-event.ts'
import type { RequestOrigin } from '#src/data/services.ts'
import { DocValue } from '#src/fql/values/document.ts'
import type { AuditTrail } from './audit.ts'
import type { Login } from './authenticate.ts'

/** What a request says of itself. */
export interface RequestFrom {
  readonly requestId?: string | undefined
  readonly address?: string | undefined
}

/** Reads its parts only when somebody asks: nobody does for most requests. */
export class Origin implements RequestOrigin {
  private readonly from: RequestFrom
  private readonly login: Login

  constructor(from: RequestFrom, login: Login) {
    this.from = from
    this.login = login
  }

  get requestId(): string {
    return this.from.requestId ?? ''
  }
  get address(): string | undefined {
    return this.from.address
  }
  /** A key with the rights of a server belongs to an application: many clients are behind its address. */
  get clientAddress(): string | undefined {
    const { builtIn } = this.login.permissions
    return builtIn === 'admin' || builtIn === 'server' ? undefined : this.from.address
  }
  get actor(): string {
    const { kind, id, host } = this.login
    const identity = host.identity()
    const who = id === undefined ? kind : `${kind} ${id}`
    return identity instanceof DocValue ? `${who} of ${documentText(identity)}` : who
  }
}

/** Tells of a secret that opened nothing: its id, if it has one, never itself. Nothing was presented: nothing to tell. */
export function tellRefused(audit: AuditTrail, authorization: string | undefined, from: RequestFrom): void {
  const presented = presentedText(authorization)
  if (presented === undefined) return
  const { requestId = '', address } = from
  audit.record(
    { kind: 'authentication failed', presented },
    { requestId, address, clientAddress: address, actor: 'nobody' },
  )
}

function presentedText(authorization: string | undefined): string | undefined {
  const presented = parseAuthorization(authorization)
  if (presented.kind !== 'secret') return presented.kind === 'jwt' ? 'jwt' : undefined
  const decoded = decodeSecret(presented.secret.reveal())
  return decoded ? `${decoded.kind} ${decoded.id}` : 'unknown secret'
}

/** After the commit of a query: what it has done that concerns security. */
export function tellCommitted(audit: AuditTrail, { host }: Login): void {
  for (const event of host.events ?? []) audit.record(event, host.origin)
}
