/** Settings of a database for logins and tokens, as an admin gives them in JSON (docs/guide/identity.md). */
import { addressPolicy, credentialPolicy, type ThrottlePolicy } from '#src/access/throttle/policy.ts'
import { type DatabaseId, identitySettingsKey, ROOT_DATABASE } from '#src/data/keys.ts'
import type { TokenLifetime } from '#src/data/services.ts'
import { andThen, type Eventual } from '#src/lib/eventual.ts'
import type { Transaction } from '#src/transaction/transaction.ts'
import { parentOf } from './databases.ts'
import { RECORDS_KEPT_MS } from './login-records.ts'

export interface LoginSettings {
  /** undefined: switched off. */
  readonly credential: ThrottlePolicy | undefined
  readonly address: ThrottlePolicy | undefined
  readonly tokens: TokenLifetime
}

/** Durations in seconds. What is absent is as by default. */
export interface IdentitySettingsJson {
  readonly token_ttl?: { readonly default?: number; readonly max?: number }
  readonly throttle?: { readonly credential?: PolicyJson | false; readonly address?: PolicyJson | false }
}

interface PolicyJson {
  readonly free_failures?: number
  readonly first_delay?: number
  readonly max_delay?: number
  readonly forget_after?: number
  readonly forgive_every?: number
}

const DEFAULTS: LoginSettings = settingsOf({})

/** Those of the database, else of its nearest ancestor that has some, else the defaults. */
export function loginSettings(transaction: Transaction, database: DatabaseId): Eventual<LoginSettings> {
  return andThen(storedSettings(transaction, database), (json) => {
    if (json) return settingsOf(json)
    if (database === ROOT_DATABASE) return DEFAULTS
    return andThen(parentOf(transaction, database), (parent) =>
      parent === undefined ? DEFAULTS : loginSettings(transaction, parent),
    )
  })
}

/** The database's own settings. */
export function storedSettings(
  transaction: Transaction,
  database: DatabaseId,
): Eventual<IdentitySettingsJson | undefined> {
  return andThen(transaction.get(identitySettingsKey(database)), (entry) =>
    entry ? (JSON.parse(Buffer.from(entry.value).toString()) as IdentitySettingsJson) : undefined,
  )
}

function settingsOf({ token_ttl: ttl = {}, throttle = {} }: IdentitySettingsJson): LoginSettings {
  return {
    credential: policyOf(throttle.credential, credentialPolicy),
    address: policyOf(throttle.address, addressPolicy),
    tokens: { byDefault: nanos(ttl.default), atMost: nanos(ttl.max) },
  }
}

function nanos(seconds: number | undefined): bigint | undefined {
  return seconds === undefined ? undefined : BigInt(seconds) * 1_000_000_000n
}

function policyOf(json: PolicyJson | false | undefined, base: ThrottlePolicy): ThrottlePolicy | undefined {
  if (json === false) return undefined
  const millis = (seconds: number | undefined, otherwise: number) =>
    seconds === undefined ? otherwise : seconds * 1000
  return {
    freeFailures: json?.free_failures ?? base.freeFailures,
    firstDelay: millis(json?.first_delay, base.firstDelay),
    maxDelay: millis(json?.max_delay, base.maxDelay),
    forgetAfter: millis(json?.forget_after, base.forgetAfter),
    forgiveEvery: millis(json?.forgive_every, base.forgiveEvery),
    onSuccess: base.onSuccess,
  }
}

// ---------------------------------------------------------------- checking

/** A hundred years: whoever wants for ever leaves it out. */
const MAX_LIFETIME = 3_155_760_000
/** Seconds for which a failed login can matter: records of it are kept for no longer. */
const MAX_MEMORY = RECORDS_KEPT_MS / 1000
const TTL_FIELDS = ['default', 'max']
const POLICY_FIELDS = ['free_failures', 'first_delay', 'max_delay', 'forget_after', 'forgive_every']

/** What is wrong with settings that came in a request; undefined: nothing. A name that is not known is a mistake. */
export function settingsProblem(json: unknown): string | undefined {
  if (!isRecord(json)) return 'Settings are a JSON object.'
  return (
    unknownField(json, ['token_ttl', 'throttle'], '') ??
    numbersProblem(json['token_ttl'], TTL_FIELDS, 'token_ttl', 1, MAX_LIFETIME) ??
    throttleProblem(json['throttle']) ??
    lifetimeProblem(json as IdentitySettingsJson)
  )
}

function throttleProblem(json: unknown): string | undefined {
  if (json === undefined) return undefined
  if (!isRecord(json)) return '`throttle` is an object.'
  const problem = (name: string) =>
    json[name] === false
      ? undefined
      : numbersProblem(json[name], POLICY_FIELDS, `throttle.${name}`, 0, MAX_MEMORY)
  return (
    unknownField(json, ['credential', 'address'], 'throttle.') ?? problem('credential') ?? problem('address')
  )
}

const lifetimeProblem = ({ token_ttl: ttl }: IdentitySettingsJson): string | undefined =>
  ttl?.default !== undefined && ttl.max !== undefined && ttl.default > ttl.max
    ? '`token_ttl.default` is more than `token_ttl.max`.'
    : undefined

function numbersProblem(
  json: unknown,
  names: readonly string[],
  place: string,
  least: number,
  most: number,
): string | undefined {
  if (json === undefined) return undefined
  if (!isRecord(json)) return `\`${place}\` is an object.`
  const bad = names.find((name) => json[name] !== undefined && !isCount(json[name], least, most))
  if (bad !== undefined) return `\`${place}.${bad}\` is a whole number, ${least} to ${most}.`
  return unknownField(json, names, `${place}.`)
}

const isCount = (v: unknown, least: number, most: number): boolean =>
  typeof v === 'number' && Number.isInteger(v) && v >= least && v <= most

const isRecord = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v)

function unknownField(
  json: Record<string, unknown>,
  known: readonly string[],
  place: string,
): string | undefined {
  const name = Object.keys(json).find((key) => !known.includes(key))
  return name === undefined ? undefined : `There is no setting \`${place}${name}\`.`
}
