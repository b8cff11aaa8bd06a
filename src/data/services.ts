import type { PasswordHasher } from '#src/access/passwords/hasher.ts'
import type { MintedSecret } from '#src/access/secrets/mint.ts'
import type { DocValue } from '#src/fql/values/document.ts'
import type { Value } from '#src/fql/values/value.ts'
import type { Eventual } from '#src/lib/eventual.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import type { DatabaseHost } from './database-host.ts'
import type { DatabaseId } from './keys.ts'

/** What the data layer needs from outside: time, randomness, hashing. Passed in, so that tests decide. */
export interface Services {
  readonly clock: { /** Nanoseconds since 1970. */ nanos(): bigint }
  readonly ids: { next(): bigint }
  readonly passwords: PasswordHasher
  readonly secrets: {
    key(id: bigint): MintedSecret
    token(id: bigint, database: DatabaseId): MintedSecret
    globalId(): bigint
  }
  /** Where key sets may be fetched from. */
  readonly jwksReach: 'public' | 'developer'
  readonly databases: DatabaseSettings
  readonly logins: Logins
}

/** Checks passwords at login; slows down who guesses. */
export interface Logins {
  /** Whether the password is right. `hash: undefined`: the credential has none, which takes as long to find out. */
  attempt(
    host: DatabaseHost,
    credential: DocValue,
    password: string,
    hash: string | undefined,
  ): Promise<boolean>
}

/** Settings that a database inherits from its ancestors. */
export interface DatabaseSettings {
  isTypechecked(transaction: Transaction, database: DatabaseId): Eventual<boolean>
  /** The present name of a database; undefined: it is gone. */
  nameOf(transaction: Transaction, database: DatabaseId): Eventual<string | undefined>
  /** Deletes the keys of the host's database that open this child (by its global id). */
  deleteKeysOf(host: DatabaseHost, child: Value): Eventual<void>
  isProtected(transaction: Transaction, database: DatabaseId): Eventual<boolean>
}
