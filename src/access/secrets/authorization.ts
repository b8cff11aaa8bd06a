import { parseScopedSecret, type Scope } from '#src/access/secrets/scope.ts'
import { Secret } from '#src/access/secrets/secret.ts'

/**
 * What a request presents (spec/secrets.md §5.3). `none` covers a missing header and everything that cannot be a
 * secret: nobody may learn which it was. `secret` is a key's, a token's or a root secret.
 */
export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'jwt'; readonly token: Secret }
  | { readonly kind: 'secret'; readonly secret: Secret; readonly scope?: Scope }

const NONE: Presented = { kind: 'none' }
const SCHEME = /^(Bearer|Basic)\s+/

/** Reads an `Authorization` header. Scheme names are case-sensitive. Never throws. */
export function parseAuthorization(header: string | undefined): Presented {
  const match = header === undefined ? null : SCHEME.exec(header)
  if (match === null) return NONE
  const value = match.input.slice(match[0].length)
  return match[1] === 'Bearer' ? parseBearer(value) : parseBasic(value)
}

function parseBearer(value: string): Presented {
  if (looksLikeJwt(value)) return { kind: 'jwt', token: new Secret(value) }
  return parsePresented(value)
}

/** Base64 of `{"` begins with `ey`, and no secret holds a dot. */
const looksLikeJwt = (text: string): boolean => text.startsWith('ey') && text.includes('.')

function parseBasic(value: string): Presented {
  const decoded = decodeBase64(dropColon(value))
  return decoded === undefined ? NONE : parsePresented(dropColon(decoded.trim()))
}

function parsePresented(text: string): Presented {
  const parsed = parseScopedSecret(text)
  if (parsed === undefined) return NONE
  const secret = new Secret(parsed.secret)
  return parsed.scope ? { kind: 'secret', secret, scope: parsed.scope } : { kind: 'secret', secret }
}

const dropColon = (text: string): string => (text.endsWith(':') ? text.slice(0, -1) : text)

const BASE64 = /^[A-Za-z0-9+/]*(={0,2})$/

/** Standard base64 as UTF-8 text; padding may be left out but not be wrong. */
function decodeBase64(text: string): string | undefined {
  const match = BASE64.exec(text)
  const wrongLength = match?.[1] ? text.length % 4 !== 0 : text.length % 4 === 1
  return match === null || wrongLength ? undefined : Buffer.from(text, 'base64').toString('utf8')
}
