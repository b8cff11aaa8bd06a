import { randomBytes } from 'node:crypto'
import { PasswordHasher } from '#src/access/passwords/hasher.ts'
import type { PasswordParams } from '#src/access/passwords/params.ts'
import { mintKeySecret, mintTokenSecret } from '#src/access/secrets/mint.ts'
import type { Services } from '#src/data/services.ts'
import { andThen } from '#src/lib/eventual.ts'
import { randomU16 } from '#src/lib/random.ts'
import type { AuditTrail } from './audit.ts'
import { databaseSettings } from './databases.ts'
import type { LoginRecords } from './login-records.ts'
import { loginSettings } from './login-settings.ts'
import { ThrottledLogins } from './logins.ts'
import { schemaCompletion } from './schema-finish.ts'

/** The wall clock with microseconds: `Date.now()` carried on by the monotonic clock. */
const ORIGIN_NANOS = BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n
const wallClock = (): bigint => ORIGIN_NANOS + BigInt(Math.round(performance.now() * 1000)) * 1000n

/** Start of the ids' own time, as the reference's: 2015-01-01. */
const ID_EPOCH_MS = 1_420_070_400_000
const ID_SEQUENCE_BITS = 20

/**
 * Ids of documents: milliseconds, then a random and growing rest, so that ids of one process ascend and those of two do
 * not meet (spec/data.md §1.2).
 */
function idSource(millis: () => number): { next(): bigint } {
  let last = 0n
  return {
    next() {
      const fresh = (BigInt(millis() - ID_EPOCH_MS) << BigInt(ID_SEQUENCE_BITS)) | BigInt(randomU16())
      last = fresh > last ? fresh : last + 1n
      return last
    },
  }
}

export interface ServiceOptions {
  readonly passwordParams?: PasswordParams | undefined
  readonly jwksReach: 'public' | 'developer'
  readonly records: LoginRecords
  readonly audit: AuditTrail
}

export function createServices(options: ServiceOptions): Services {
  const passwords = new PasswordHasher(options.passwordParams ? { params: options.passwordParams } : {})
  return {
    clock: { nanos: wallClock },
    ids: idSource(Date.now),
    passwords,
    secrets: {
      key: (id) => mintKeySecret(id),
      token: (id, database) => mintTokenSecret(id, database),
      // Positive as a signed number, never the root's 0.
      globalId: () => (randomBytes(8).readBigUInt64BE(0) >> 1n) | 1n,
    },
    jwksReach: options.jwksReach,
    databases: databaseSettings,
    logins: new ThrottledLogins({ passwords, records: options.records, audit: options.audit, now: Date.now }),
    identity: {
      tokenLifetime: (host) =>
        andThen(loginSettings(host.transaction, host.schema.database), (settings) => settings.tokens),
    },
    schemas: schemaCompletion,
  }
}
