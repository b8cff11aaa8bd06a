import { randomBytes } from 'node:crypto'
import { argon2, bcrypt } from '#src/access/passwords/algorithms.ts'
import { BoundedQueue } from '#src/access/passwords/bounded-queue.ts'
import {
  defaultConcurrency,
  defaultMaxWaiting,
  maxPasswordBytes,
  owaspParams,
  type PasswordParams,
} from '#src/access/passwords/params.ts'
import { classifyHash } from '#src/access/passwords/stored-hash.ts'

const SALT_BYTES = 16
const HASH_BYTES = 32

/** The password has more than {@link maxPasswordBytes} bytes. */
export class PasswordTooLong extends Error {
  override readonly name = 'PasswordTooLong'
}

/** `needsUpgrade`: it matches, but the hash is weaker than today's: hash the password again and store that. */
export interface PasswordMatch {
  readonly matches: boolean
  readonly needsUpgrade: boolean
}

const MISMATCH: PasswordMatch = { matches: false, needsUpgrade: false }

export interface PasswordOptions {
  readonly params?: PasswordParams
  readonly concurrency?: number
  readonly maxWaiting?: number
}

/**
 * Hashes and verifies passwords off the main thread (spec/secrets.md §2.3), argon2id for new ones. At most a few run at
 * once and a bounded number wait: both methods may reject with `PasswordsBusy`.
 */
export class PasswordHasher {
  readonly #params: PasswordParams
  readonly #queue: BoundedQueue
  readonly #dummy: string

  constructor(options: PasswordOptions = {}) {
    this.#params = options.params ?? owaspParams
    this.#queue = new BoundedQueue(
      options.concurrency ?? defaultConcurrency,
      options.maxWaiting ?? defaultMaxWaiting,
    )
    this.#dummy = unmatchableHash(this.#params)
  }

  /** A salted hash in PHC form. Any string is taken, also the empty one; rejects with `PasswordTooLong`. */
  async hash(password: string): Promise<string> {
    if (isTooLong(password)) throw new PasswordTooLong(`a password has at most ${maxPasswordBytes} bytes`)
    const { memory, passes, lanes } = this.#params
    const options = { memoryCost: memory, timeCost: passes, parallelism: lanes, outputLen: HASH_BYTES }
    return this.#queue.run(async () => (await argon2()).hash(password, options))
  }

  /**
   * Compares a password with a stored hash. Give `undefined` when there is no such credential or it has no password:
   * the answer is no, after the same work, so that time does not tell which names exist.
   */
  async verify(password: string, stored: string | undefined): Promise<PasswordMatch> {
    if (isTooLong(password)) return this.#refuse('')
    if (stored === undefined) return this.#refuse(password)
    const known = await classifyHash(stored, this.#params)
    if (known.kind === 'unknown') return this.#refuse(password)
    const compare = async () =>
      known.kind === 'bcrypt'
        ? (await bcrypt()).verify(password, stored)
        : (await argon2()).verify(stored, password)
    const matches = await this.#queue.run(compare)
    return { matches, needsUpgrade: matches && !(known.kind === 'argon2' && known.upToDate) }
  }

  async #refuse(password: string): Promise<PasswordMatch> {
    await this.#queue.run(async () => (await argon2()).verify(this.#dummy, password))
    return MISMATCH
  }
}

const isTooLong = (password: string): boolean => Buffer.byteLength(password) > maxPasswordBytes

/** A well-formed hash of no known password: its digest is random. Verifying against it costs what any other does. */
function unmatchableHash({ memory, passes, lanes }: PasswordParams): string {
  const text = (size: number) => randomBytes(size).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${text(SALT_BYTES)}$${text(HASH_BYTES)}`
}
