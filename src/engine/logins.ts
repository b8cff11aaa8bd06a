/**
 * Checking passwords, slowed down for who guesses. Failures are kept in transactions of their own: a failed login undoes
 * its query, but not what is known of it, and a restart does not either (docs/guide/identity.md).
 */
import type { PasswordHasher, PasswordMatch } from '#src/access/passwords/hasher.ts'
import type { ThrottlePolicy } from '#src/access/throttle/policy.ts'
import { check, recordFailure, recordSuccess } from '#src/access/throttle/throttle.ts'
import type { DatabaseHost } from '#src/data/database-host.ts'
import type { Logins } from '#src/data/services.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import { clientNetwork } from '#src/lib/ip-address.ts'
import { encodeGlobalId } from '#src/lib/zbase32.ts'
import type { Key } from '#src/storage/engine.ts'
import type { AuditTrail } from './audit.ts'
import { addressKey, credentialKey, type LoginRecords } from './login-records.ts'
import { type LoginSettings, loginSettings } from './login-settings.ts'

/** Something that attempts are counted for. */
interface Subject {
  readonly key: Key
  readonly policy: ThrottlePolicy
}

export interface LoginParts {
  readonly passwords: PasswordHasher
  readonly records: LoginRecords
  readonly audit: AuditTrail
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export class ThrottledLogins implements Logins {
  private readonly parts: LoginParts
  /** Attempts being looked at, by subject. */
  private readonly underWay = new Map<Key, number>()

  constructor(parts: LoginParts) {
    this.parts = parts
  }

  async attempt(
    host: DatabaseHost,
    credential: DocValue,
    password: string,
    hash: string | undefined,
  ): Promise<PasswordMatch> {
    const subjects = subjectsOf(host, credential, await loginSettings(host.transaction, host.schema.database))
    const blocked = await this.isBlocked(subjects)
    this.enter(subjects)
    try {
      // A blocked credential takes as long as a wrong password, and what is given for it is not looked at.
      const match = await this.parts.passwords.verify(password, blocked ? undefined : hash)
      if (match.matches) await this.succeeded(subjects)
      else await this.failed(host, credential, subjects, blocked)
      return match
    } finally {
      this.leave(subjects)
    }
  }

  private async isBlocked(subjects: readonly Subject[]): Promise<boolean> {
    const now = this.parts.now()
    const states = await Promise.all(subjects.map((s) => this.parts.records.read(s.key)))
    return subjects.some(
      ({ key, policy }, i) => !check(policy, states[i], now, this.underWay.get(key)).allowed,
    )
  }

  private async succeeded(subjects: readonly Subject[]): Promise<void> {
    const { records } = this.parts
    const clearing = subjects.filter(({ policy }) => policy.onSuccess === 'clear')
    await Promise.all(
      clearing.map(async ({ key, policy }) => {
        if (await records.read(key)) await records.change(key, (state) => recordSuccess(policy, state))
      }),
    )
  }

  /**
   * An attempt that was not looked at costs nothing more: a block ends even for those who keep knocking. Its record is
   * written all the same, so that it takes as long as any other.
   */
  private async failed(
    host: DatabaseHost,
    credential: DocValue,
    subjects: readonly Subject[],
    blocked: boolean,
  ): Promise<void> {
    const { records, now } = this.parts
    await Promise.all(
      subjects.map(({ key, policy }) =>
        records.change(key, (state) => (blocked ? state : recordFailure(policy, state, now()))),
      ),
    )
    const outcome = blocked ? 'blocked' : 'failed'
    const database = encodeGlobalId(host.schema.database)
    this.parts.audit.record(
      { kind: 'login', outcome, database, credential: String(credential.key) },
      host.origin,
    )
  }

  private enter(subjects: readonly Subject[]): void {
    for (const { key } of subjects) this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1)
  }

  private leave(subjects: readonly Subject[]): void {
    for (const { key } of subjects) {
      const left = (this.underWay.get(key) ?? 1) - 1
      if (left > 0) this.underWay.set(key, left)
      else this.underWay.delete(key)
    }
  }
}

function subjectsOf(host: DatabaseHost, credential: DocValue, settings: LoginSettings): Subject[] {
  const { database } = host.schema
  const address = host.origin?.clientAddress
  const subjects: Subject[] = []
  if (settings.credential)
    subjects.push({ key: credentialKey(database, credential.key as bigint), policy: settings.credential })
  if (settings.address && address !== undefined)
    subjects.push({ key: addressKey(database, clientNetwork(address)), policy: settings.address })
  return subjects
}
