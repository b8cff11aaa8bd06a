import type { PasswordHasher, PasswordMatch } from '#src/access/passwords/hasher.ts'
import type { MintedSecret } from '#src/access/secrets/mint.ts'
import type { Context } from '#src/fql/eval/context.ts'
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
  readonly identity: IdentitySettings
  readonly schemas: SchemaCompletion
}

/** What is left to do at the end of a transaction that wrote schema documents (spec/schema.md §4.3). */
export interface SchemaCompletion {
  /** Brings source files, migrations and indexes in line with the documents and checks the whole; `ctx`: of the last write. */
  finish(ctx: Context, host: DatabaseHost): Eventual<void>
}

/** Checks passwords; slows down who guesses, and counts failures even though a failed login undoes its own query. */
export interface Logins {
  /**
   * Whether the password is right. `hash: undefined`: the credential has none; that, a wrong password and a blocked
   * credential take the same time to find out.
   */
  attempt(
    host: DatabaseHost,
    credential: DocValue,
    password: string,
    hash: string | undefined,
  ): Promise<PasswordMatch>
}

/** How long tokens of a database live. Durations in nanoseconds; undefined: no default, no maximum. */
export interface TokenLifetime {
  readonly byDefault: bigint | undefined
  readonly atMost: bigint | undefined
}

/** Settings of a database for logins and tokens. */
interface IdentitySettings {
  tokenLifetime(host: DatabaseHost): Eventual<TokenLifetime>
}

/** Where a request came from, for throttling and audit. */
export interface RequestOrigin {
  readonly requestId: string
  /** Text of an IP address, as far as it is known. */
  readonly address: string | undefined
  /** The same, when it is the client's own: undefined behind an application's server. */
  readonly clientAddress: string | undefined
  /** Whose login it is, such as `key 12` or `token 7 of User/3`. */
  readonly actor: string
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
