import { inRange, parseIpAddress, type Range } from '#src/lib/ip-address.ts'

/** Addresses in `x-forwarded-for` that are looked at: a longer header is no honest one. */
const MAX_HOPS = 32

/**
 * The address of the client: that of the connection, or, when that is a proxy which is trusted, the last address in
 * `x-forwarded-for` that is not one. What stands before it anybody could have made up.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly Range[],
): string | undefined {
  if (peer === undefined || forwardedFor === undefined || !isTrusted(peer, trusted)) return peer
  const hops = forwardedFor.split(',', MAX_HOPS + 1).map((hop) => hop.trim())
  if (hops.length > MAX_HOPS) return peer
  let client = peer
  for (const hop of hops.reverse()) {
    if (parseIpAddress(hop) === undefined) return client
    client = hop
    if (!isTrusted(hop, trusted)) return client
  }
  return client
}

function isTrusted(text: string, trusted: readonly Range[]): boolean {
  const address = parseIpAddress(text)
  return address !== undefined && trusted.some((range) => inRange(address, range))
}
