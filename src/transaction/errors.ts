import type { Key } from '#src/storage/engine.ts'

/** The writes of one transaction take more bytes than it may write (data.md §15). */
export class TransactionTooLarge extends Error {
  override readonly name = 'TransactionTooLarge'
  readonly bytes: number
  readonly limit: number
  constructor(bytes: number, limit: number) {
    super(`Transaction exceeded limit: got ${bytes} bytes, limit ${limit} bytes`)
    this.bytes = bytes
    this.limit = limit
  }
}

/** Other transactions kept writing what this one had read, until it gave up. */
export class ContendedTransaction extends Error {
  override readonly name = 'ContendedTransaction'
  /** A key that was read and has been written meanwhile, if known. */
  readonly key: Key | undefined
  readonly attempts: number
  constructor(key: Key | undefined, attempts: number) {
    super(`Transaction was aborted due to detection of concurrent modifications, ${attempts} times.`)
    this.key = key
    this.attempts = attempts
  }
}
