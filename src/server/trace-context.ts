/** W3C trace context (https://www.w3.org/TR/trace-context/): ids for the `traceparent` header and for the log. */
import { randomHex } from '#src/lib/random.ts'

const incoming = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/

/** The trace id of a `traceparent` header, or a new one when it is absent or malformed. 32 hex digits. */
export function traceId(traceparent: string | undefined): string {
  const match = traceparent === undefined ? null : incoming.exec(traceparent)
  const id = match?.[1]
  return id === undefined || id === nothing ? randomHex(16) : id
}

/** A `traceparent` for a reply: a new span, not sampled. */
export const traceparent = (id: string): string => `00-${id}-${randomHex(8)}-00`

const nothing = '0'.repeat(32)
