import type { KeyObject } from 'node:crypto'
import { JwkSet, type KeyQuery } from '#src/access/jwt/jwks.ts'
import type { JwksFetcher } from '#src/access/jwt/jwks-download.ts'
import { JwksError } from '#src/access/jwt/jwks-error.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds and bytes (spec/secrets.md §7). */
export interface JwksCacheLimits {
  /** Age at which a set is loaded again in the background. */
  readonly refreshAfter: number
  /** A background load that failed is not tried again before. */
  readonly refreshPause: number
  /** A set that nobody used for so long is dropped. */
  readonly dropAfter: number
  /** An unknown key id makes a set load again, but not before. */
  readonly reloadPause: number
  /** A first load that failed is not tried again before. */
  readonly retryPause: number
  /** Of all sets together. */
  readonly maxBytes: number
}

export const defaultCacheLimits: JwksCacheLimits = {
  refreshAfter: 5 * MINUTE,
  refreshPause: 10 * SECOND,
  dropAfter: HOUR,
  reloadPause: SECOND / 2,
  retryPause: SECOND / 10,
  maxBytes: 16 * 1024 * 1024,
}

export interface JwksCacheOptions {
  readonly fetch: JwksFetcher
  /** Milliseconds; only differences matter. */
  readonly now?: () => number
  readonly limits?: Partial<JwksCacheLimits>
  /** Told of every load that fails, also of those in the background. For logs: the client must not see it. */
  readonly onFailure?: (uri: string, failure: JwksError) => void
}

/** What an entry costs besides its set. */
const ENTRY_BYTES = 1024

interface Entry {
  readonly uri: string
  set?: JwkSet
  etag?: string | undefined
  bytes: number
  loadedAt: number
  /** When the last load ended, well or not. */
  triedAt: number
  usedAt: number
  failure?: JwksError
  loading?: Promise<void>
}

/** Keys of identity providers, by the text of their `jwks_uri`. Requests for one set share a download. */
export class JwksCache {
  readonly #fetch: JwksFetcher
  readonly #now: () => number
  readonly #limits: JwksCacheLimits
  readonly #onFailure: (uri: string, failure: JwksError) => void
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(options: JwksCacheOptions) {
    this.#fetch = options.fetch
    this.#now = options.now ?? (() => performance.now())
    this.#limits = { ...defaultCacheLimits, ...options.limits }
    this.#onFailure = options.onFailure ?? (() => {})
  }

  /** The key, or `undefined` when the provider has none like it. Rejects with `JwksError` when it cannot be asked. */
  async find(uri: string, query: KeyQuery): Promise<KeyObject | undefined> {
    const entry = this.#use(uri)
    if (entry.set === undefined) await this.#firstLoad(entry)
    else this.#refresh(entry)
    return entry.set?.find(query) ?? this.#findAfterReload(entry, query)
  }

  async #findAfterReload(entry: Entry, query: KeyQuery): Promise<KeyObject | undefined> {
    if (entry.loading === undefined && this.#sinceTried(entry) < this.#limits.reloadPause) return undefined
    // Without the ETag: a provider's own caches might not know the new key yet.
    await (entry.loading ?? this.#load(entry, undefined))
    return entry.set?.find(query)
  }

  #firstLoad(entry: Entry): Promise<void> {
    if (entry.loading) return entry.loading
    if (entry.failure && this.#sinceTried(entry) < this.#limits.retryPause)
      return Promise.reject(entry.failure)
    return this.#load(entry, undefined)
  }

  /** In the background: the old set serves until then, and longer if the provider is away. */
  #refresh(entry: Entry): void {
    const isOld = this.#now() - entry.loadedAt >= this.#limits.refreshAfter
    if (!isOld || entry.loading || this.#sinceTried(entry) < this.#limits.refreshPause) return
    this.#load(entry, entry.etag).catch(() => {})
  }

  #sinceTried(entry: Entry): number {
    return this.#now() - entry.triedAt
  }

  #load(entry: Entry, etag: string | undefined): Promise<void> {
    entry.loading = this.#loadNow(entry, etag).finally(() => {
      delete entry.loading
      entry.triedAt = this.#now()
    })
    return entry.loading
  }

  async #loadNow(entry: Entry, etag: string | undefined): Promise<void> {
    try {
      const answer = await this.#fetch(entry.uri, etag)
      if (answer.kind === 'loaded') this.#store(entry, answer.text, answer.etag)
      entry.loadedAt = this.#now()
      delete entry.failure
    } catch (error) {
      entry.failure = error instanceof JwksError ? error : new JwksError('network', { cause: error })
      this.#onFailure(entry.uri, entry.failure)
      throw entry.failure
    }
  }

  #store(entry: Entry, text: string, etag: string | undefined): void {
    entry.set = JwkSet.parse(text)
    entry.etag = etag
    this.#resize(entry, sizeOf(entry.uri) + text.length)
  }

  /** The entry of a URI, now the most recently used one. */
  #use(uri: string): Entry {
    const now = this.#now()
    this.#dropUnused(now)
    const known = this.#entries.get(uri)
    const entry = known ?? { uri, bytes: 0, loadedAt: now, triedAt: now, usedAt: now }
    entry.usedAt = now
    this.#entries.delete(uri)
    this.#entries.set(uri, entry)
    if (known === undefined) this.#resize(entry, sizeOf(uri))
    return entry
  }

  #dropUnused(now: number): void {
    for (const entry of this.#entries.values()) {
      if (now - entry.usedAt < this.#limits.dropAfter) return
      this.#drop(entry)
    }
  }

  #resize(entry: Entry, bytes: number): void {
    // It may have been dropped while it was loading: then it serves those who wait, and nobody else.
    if (this.#entries.get(entry.uri) !== entry) return
    this.#bytes += bytes - entry.bytes
    entry.bytes = bytes
    for (const oldest of this.#entries.values()) {
      if (this.#bytes <= this.#limits.maxBytes || oldest === entry) return
      this.#drop(oldest)
    }
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.uri)
    this.#bytes -= entry.bytes
  }
}

const sizeOf = (uri: string): number => ENTRY_BYTES + uri.length
