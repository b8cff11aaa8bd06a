import { Resolver as DnsResolver, lookup } from 'node:dns/promises'
import { JwksError } from '#src/access/jwt/jwks-error.ts'
import { type IpAddress, isLoopback, isPublic, parseIpAddress } from '#src/lib/ip-address.ts'

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** All addresses of a host name. */
export type Resolver = (host: string) => Promise<readonly ResolvedAddress[]>

/** What may be asked for keys. `developer`: also private addresses, and http on the loopback. */
export type JwksReach = 'public' | 'developer'

/** A checked URL. `host` has no brackets; `path` has no query. */
export interface JwksTarget {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly path: string
}

/** Whether a text can be a `jwks_uri` (spec/secrets.md §4.1); says nothing about where its host is. */
export const isJwksUri = (text: string, reach: JwksReach = 'public'): boolean =>
  parseTarget(text, reach) !== undefined

/** Takes a `jwks_uri` apart; of the query and of user names nothing is kept. Throws `JwksError`. */
export function jwksTarget(uri: string, reach: JwksReach): JwksTarget {
  const target = parseTarget(uri, reach)
  if (target === undefined) throw new JwksError('scheme')
  return target
}

function parseTarget(text: string, reach: JwksReach): JwksTarget | undefined {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return undefined
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (!secure && !(reach === 'developer' && url.protocol === 'http:' && isLocalName(host))) return undefined
  return { secure, host, port: Number(url.port) || (secure ? 443 : 80), path: url.pathname }
}

/** A host that says by itself that it is this machine. */
function isLocalName(host: string): boolean {
  const address = parseIpAddress(host)
  return address ? isLoopback(address) : host === 'localhost' || host.endsWith('.localhost')
}

const DNS_TIMEOUT_MS = 5_000

/**
 * Asks name servers, without the system's `getaddrinfo`: that one would hold threads of a small shared pool for as long as
 * a hostile name server likes, and know the names of the server's own network.
 */
const publicResolver: Resolver = async (host) => {
  const dns = new DnsResolver({ timeout: DNS_TIMEOUT_MS, tries: 2 })
  const answers = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)])
  return answers.flatMap((answer, i) =>
    answer.status === 'fulfilled'
      ? answer.value.map((address) => ({ address, family: i === 0 ? 4 : 6 }))
      : [],
  )
}

const systemResolver: Resolver = (host) => lookup(host, { all: true })

/**
 * The addresses to connect to; they must be used as they are, since a second look-up could answer otherwise. Refused
 * when any of them must not be asked: a name that points both outside and inside is an attack or a mistake.
 */
export async function allowedAddresses(
  target: JwksTarget,
  reach: JwksReach,
  resolve: Resolver = reach === 'public' ? publicResolver : systemResolver,
): Promise<readonly ResolvedAddress[]> {
  const literal = parseIpAddress(target.host)
  const family = target.host.includes(':') ? 6 : 4
  const found = literal ? [{ address: target.host, family }] : await resolved(target.host, resolve)
  if (found.length === 0) throw new JwksError('name')
  if (!found.every(({ address }) => isAllowed(parseIpAddress(address), target, reach)))
    throw new JwksError('address')
  return found
}

async function resolved(host: string, resolve: Resolver): Promise<readonly ResolvedAddress[]> {
  try {
    return await resolve(host)
  } catch (cause) {
    throw new JwksError('name', { cause })
  }
}

function isAllowed(address: IpAddress | undefined, target: JwksTarget, reach: JwksReach): boolean {
  if (address === undefined) return false
  if (!target.secure) return isLoopback(address)
  return reach === 'developer' || isPublic(address)
}
