/** Who asks, from the `Authorization` header (protocol §2). Scheme names are case-sensitive. */
import type { Caller } from '#src/engine/service.ts'

const nobody: Caller = { secret: undefined, mayBeJwt: false }

export function readCaller(authorization: string | undefined): Caller {
  if (authorization === undefined) return nobody
  const space = authorization.search(/\s/)
  if (space < 0) return nobody
  const credentials = authorization.slice(space).trimStart()
  switch (authorization.slice(0, space)) {
    case 'Bearer':
      return { secret: credentials, mayBeJwt: true }
    case 'Basic':
      return basic(credentials)
    default:
      return nobody
  }
}

/** base64 of `SECRET:`; a colon after the base64 text itself is let pass as well. */
function basic(encoded: string): Caller {
  const text = withoutColon(encoded)
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return nobody
  const secret = withoutColon(Buffer.from(text, 'base64').toString('utf8').trim())
  return { secret, mayBeJwt: false }
}

const withoutColon = (text: string): string => (text.endsWith(':') ? text.slice(0, -1) : text)
