import { isIPv4, isIPv6 } from 'node:net'

/** Groups of 16 bits: 2 for IPv4, 8 for IPv6. An IPv4 address written as IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export type IpAddress = readonly number[]

/** Reads an address, or `undefined`; zones (`fe80::1%eth0`) are not taken. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return ipv4Groups(text)
  if (!isIPv6(text) || text.includes('%')) return undefined
  const groups = ipv6Groups(text)
  return inRange(groups, MAPPED) ? groups.slice(6) : groups
}

function ipv4Groups(text: string): number[] {
  const [a, b, c, d] = text.split('.').map(Number) as [number, number, number, number]
  return [(a << 8) | b, (c << 8) | d]
}

/** The text is known to be valid, so at most one `::` stands for as many zeros as are missing. */
function ipv6Groups(text: string): number[] {
  const [head = '', tail] = text.split('::', 2)
  const first = groupsOf(head)
  const last = groupsOf(tail ?? '')
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last]
}

const groupsOf = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((g) => (g.includes('.') ? ipv4Groups(g) : [Number.parseInt(g, 16)]))

/** All addresses that begin with the first `bits` of `base`. */
export interface Range {
  readonly base: IpAddress
  readonly bits: number
}

function range(text: string): Range {
  const [address = '', bits] = text.split('/')
  const base = isIPv4(address) ? ipv4Groups(address) : ipv6Groups(address)
  return { base, bits: Number(bits) }
}

const MAPPED = range('::ffff:0:0/96')
const LOOPBACK = ['127.0.0.0/8', '::1/128'].map(range)

/** IPv4 special-purpose ranges (IANA registry) that are no public hosts. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map(range)

/** Public IPv6 hosts live here, except in the ranges below: those that wrap IPv4, and documentation. */
const GLOBAL_V6 = range('2000::/3')
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map(range)

/** Reads `10.0.0.0/8`, `::1`, an address alone being a range of one; undefined when it is none. */
export function parseRange(text: string): Range | undefined {
  const [address = '', bits, ...more] = text.split('/')
  const base = parseIpAddress(address)
  if (!base || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined
  const all = base.length * 16
  const count = bits === undefined ? all : Number(bits)
  return count <= all ? { base, bits: count } : undefined
}

export function inRange(address: IpAddress, { base, bits }: Range): boolean {
  if (address.length !== base.length) return false
  for (let i = 0, left = bits; left > 0; i++, left -= 16) {
    const shift = Math.max(0, 16 - left)
    if ((address[i] ?? 0) >> shift !== (base[i] ?? 0) >> shift) return false
  }
  return true
}

export const isLoopback = (address: IpAddress): boolean => LOOPBACK.some((r) => inRange(address, r))

/** Whether it may be a host on the internet: not private, local, multicast, reserved or a wrapper of another address. */
export function isPublic(address: IpAddress): boolean {
  if (address.length === 2) return !NOT_PUBLIC_V4.some((r) => inRange(address, r))
  return inRange(address, GLOBAL_V6) && !NOT_PUBLIC_V6.some((r) => inRange(address, r))
}

/**
 * The network that one client has at its disposal, as text: an IPv4 address itself, of an IPv6 address the first 64
 * bits. Text that is no address stands for itself.
 */
export function clientNetwork(text: string): string {
  const address = parseIpAddress(text)
  if (address === undefined) return text
  if (address.length === 8) return `${hex(address.slice(0, 4))}::/64`
  return address.flatMap((g) => [g >> 8, g & 0xff]).join('.')
}

const hex = (groups: IpAddress): string => groups.map((g) => g.toString(16)).join(':')
