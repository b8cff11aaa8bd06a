/** Work that one password hash costs. `memory` in KiB, `passes` over it, `lanes` computed in parallel. */
export interface PasswordParams {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** The OWASP Password Storage Cheat Sheet's first choice for machines with little memory to spare: argon2id. */
export const owaspParams: PasswordParams = { memory: 19_456, passes: 2, lanes: 1 }

/** Bytes of a password in UTF-8. No shorter than any real one: the API promises to take "any string". */
export const maxPasswordBytes = 64 * 1024

/**
 * Most work that a *stored* hash may ask for. Hashes can be brought in from elsewhere, and verifying one must not stop
 * the server: above this it matches nothing.
 */
export const maxStoredMemory = 256 * 1024
export const maxStoredPasses = 16
export const maxStoredLanes = 16
export const maxStoredBcryptCost = 15

/** Hashes computed at once. Each takes one thread of a small shared pool and `memory`; lookups of names need it too. */
export const defaultConcurrency = 2
/** Hashes that may wait for their turn; more are refused at once with `PasswordsBusy`. */
export const defaultMaxWaiting = 256
