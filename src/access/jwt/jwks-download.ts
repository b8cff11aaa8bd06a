import type { IncomingMessage } from 'node:http'
import type { LookupFunction } from 'node:net'
import { JwksError } from '#src/access/jwt/jwks-error.ts'
import {
  allowedAddresses,
  type JwksReach,
  type JwksTarget,
  jwksTarget,
  type ResolvedAddress,
  type Resolver,
} from '#src/access/jwt/jwks-target.ts'
import { http, https } from '#src/lib/builtin.ts'

/** Bytes of one key set. */
const maxJwksBytes = 1024 * 1024
/** Milliseconds for one download, looking up the name included (spec/secrets.md §7). */
const maxDownloadMs = 60_000
/** Downloads at once, over all providers. */
const maxDownloads = 64
const MAX_ETAG = 1024

/** `unmodified` only comes when an ETag was sent. */
export type JwksAnswer =
  | { readonly kind: 'loaded'; readonly text: string; readonly etag: string | undefined }
  | { readonly kind: 'unmodified' }

/** Downloads a key set; rejects with `JwksError`. */
export type JwksFetcher = (uri: string, etag: string | undefined) => Promise<JwksAnswer>

export interface DownloadOptions {
  readonly reach?: JwksReach
  readonly resolve?: Resolver
  /** Certificate authorities in PEM, instead of the system's. */
  readonly ca?: string
  readonly timeoutMs?: number
  readonly maxBytes?: number
  readonly maxDownloads?: number
}

/**
 * A fetcher over https. The URI comes from whoever may create access providers, so the request must not be of use as a
 * probe of the server's own network: addresses are checked and pinned, redirects are not followed, only the path is sent,
 * time and size are bounded.
 */
export function jwksDownloader(options: DownloadOptions = {}): JwksFetcher {
  let running = 0
  return async (uri, etag) => {
    if (running >= (options.maxDownloads ?? maxDownloads)) throw new JwksError('busy')
    running++
    try {
      return await withDeadline(options.timeoutMs ?? maxDownloadMs, (signal) =>
        download(uri, etag, signal, options),
      )
    } catch (error) {
      throw error instanceof JwksError ? error : new JwksError('network', { cause: error })
    } finally {
      running--
    }
  }
}

/** Runs a task which is told to stop, and no longer waited for, after some time. */
function withDeadline<T>(ms: number, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new JwksError('timeout'))
    controller.abort()
  }, ms)
  return Promise.race([task(controller.signal), promise]).finally(() => clearTimeout(timer))
}

async function download(
  uri: string,
  etag: string | undefined,
  signal: AbortSignal,
  options: DownloadOptions,
): Promise<JwksAnswer> {
  const reach = options.reach ?? 'public'
  const target = jwksTarget(uri, reach)
  const addresses = await allowedAddresses(target, reach, options.resolve)
  signal.throwIfAborted()
  const response = await request(target, addresses, etag, signal, options.ca)
  try {
    return await readAnswer(response, etag, options.maxBytes ?? maxJwksBytes)
  } finally {
    response.destroy()
  }
}

function request(
  target: JwksTarget,
  addresses: readonly ResolvedAddress[],
  etag: string | undefined,
  signal: AbortSignal,
  ca: string | undefined,
): Promise<IncomingMessage> {
  const { host, port, path } = target
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) }
  const plain = { host, port, path, headers, signal, agent: false, lookup: pinned(addresses) }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const sent = target.secure
    ? https().get({ ...plain, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }, resolve)
    : http.get(plain, resolve)
  sent.on('error', reject)
  return promise
}

/** Answers every look-up with the addresses that were checked. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  const first = addresses[0] as ResolvedAddress
  return (_host, options, done) => {
    if (options.all) done(null, [...addresses])
    else done(null, first.address, first.family)
  }
}

async function readAnswer(
  response: IncomingMessage,
  etag: string | undefined,
  maxBytes: number,
): Promise<JwksAnswer> {
  if (response.statusCode === 304 && etag !== undefined) return { kind: 'unmodified' }
  if (response.statusCode !== 200) throw new JwksError('status')
  // No encoding was asked for; one that comes all the same would hide the true size.
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') throw new JwksError('encoding')
  return { kind: 'loaded', text: await readText(response, maxBytes), etag: usableEtag(response.headers.etag) }
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw new JwksError('too-large')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new JwksError('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const ETAG = /^(W\/)?"[\x21\x23-\x7e]*"$/

const usableEtag = (etag: string | undefined): string | undefined =>
  etag !== undefined && etag.length <= MAX_ETAG && ETAG.test(etag) ? etag : undefined
