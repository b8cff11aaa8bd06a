/** `/identity/1`: what an admin may see and set about logins and tokens (docs/guide/identity.md). */
import type { ThrottlePolicy } from '#src/access/throttle/policy.ts'
import { isForgotten } from '#src/access/throttle/throttle.ts'
import { type DatabaseId, identitySettingsKey } from '#src/data/keys.ts'
import { clientNetwork } from '#src/lib/ip-address.ts'
import type { StorageEngine } from '#src/storage/engine.ts'
import { runTransaction } from '#src/transaction/run.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { type AuthParts, authenticate } from './authenticate.ts'
import { addressKey, credentialKey, type LoginRecord, type LoginRecords } from './login-records.ts'
import { loginSettings, settingsProblem, storedSettings } from './login-settings.ts'
import { protocolReply, UNAUTHORIZED } from './reply.ts'
import type { IdentityOperation, IdentityRequest, Reply } from './service.ts'

export interface LoginAdminParts extends AuthParts {
  readonly storage: StorageEngine
  readonly records: LoginRecords
}

const DENIED = protocolReply(403, 'forbidden', 'Access denied')
const json = (body: unknown): Reply => ({ status: 200, body: JSON.stringify(body) })
const invalid = (message: string): Reply => protocolReply(400, 'invalid_request', message)

export class LoginAdmin {
  private readonly parts: LoginAdminParts

  constructor(parts: LoginAdminParts) {
    this.parts = parts
  }

  async run(request: IdentityRequest): Promise<Reply> {
    const { value } = await runTransaction(this.parts.storage, async (tx) => {
      const login = await authenticate(this.parts, tx, request.authorization, request)
      if (!login) return UNAUTHORIZED
      if (login.permissions.builtIn !== 'admin') return DENIED
      return this.operate(tx, login.host.schema.database, request.operation)
    })
    return value
  }

  private async operate(tx: Transaction, database: DatabaseId, operation: IdentityOperation): Promise<Reply> {
    switch (operation.kind) {
      case 'settings':
        return json((await storedSettings(tx, database)) ?? {})
      case 'change-settings':
        return changeSettings(tx, database, operation.text)
      case 'logins':
        return this.list(tx, database)
      case 'clear-logins':
        return this.clear(database, operation)
    }
  }

  private async list(tx: Transaction, database: DatabaseId): Promise<Reply> {
    const settings = await loginSettings(tx, database)
    const records = await this.parts.records.list(database)
    const now = Date.now()
    const matters = (policy: ThrottlePolicy | undefined) => (r: LoginRecord) =>
      policy !== undefined && !isForgotten(policy, r.state, now)
    return json({
      credentials: records
        .filter((r) => r.credential !== undefined)
        .filter(matters(settings.credential))
        .map(shown),
      addresses: records
        .filter((r) => r.address !== undefined)
        .filter(matters(settings.address))
        .map(shown),
    })
  }

  private async clear(
    database: DatabaseId,
    { credential, address }: IdentityOperation & { kind: 'clear-logins' },
  ): Promise<Reply> {
    if (credential !== undefined && !/^\d{1,18}$/.test(credential))
      return invalid('`credential` is the id of one.')
    const keys = [
      ...(credential === undefined ? [] : [credentialKey(database, BigInt(credential))]),
      ...(address === undefined ? [] : [addressKey(database, clientNetwork(address))]),
    ]
    const all = credential === undefined && address === undefined
    const records = await this.parts.records.list(database)
    const chosen = records.filter((r) => all || keys.includes(r.key))
    for (const { key } of chosen) await this.parts.records.change(key, () => undefined)
    return json({ cleared: chosen.length })
  }
}

/** PUT: the settings are then exactly these. `{}`: none of its own. */
function changeSettings(tx: Transaction, database: DatabaseId, text: string): Reply {
  let settings: unknown
  try {
    settings = JSON.parse(text)
  } catch {
    return invalid('The body is not JSON.')
  }
  const problem = settingsProblem(settings)
  if (problem !== undefined) return invalid(problem)
  const key = identitySettingsKey(database)
  if (Object.keys(settings as object).length === 0) tx.delete(key)
  else tx.put(key, Buffer.from(JSON.stringify(settings)))
  return json(settings)
}

const time = (millis: number): string => new Date(millis).toISOString()

const shown = ({ credential, address, state }: LoginRecord) => ({
  ...(credential === undefined ? { address } : { credential: String(credential) }),
  failures: state.failures,
  last_failure: time(state.lastFailure),
  blocked_until: state.blockedUntil > Date.now() ? time(state.blockedUntil) : null,
})
