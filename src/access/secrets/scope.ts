/**
 * Scoped secrets, `SECRET:[DB:]SCOPE` (spec/secrets.md §5.4). The grammar is a PEG: once an alternative has matched
 * there is no going back, so text left over refuses the login, while text that matches nothing is ignored.
 */
const BUILTIN_ROLES = ['admin', 'server-readonly', 'server', 'client'] as const
const DOCUMENT_PREFIXES = ['classes/', 'collections/', '@doc/'] as const
const ROLE_PREFIX = '@role/'
const MAX_ID = 2n ** 63n - 1n

type BuiltinRole = (typeof BUILTIN_ROLES)[number]

/**
 * What a secret's suffix asks for. `path`: names of databases below the key's own, outermost first; empty for its own.
 * `unresolvable` is well-formed but can name no document: a key is refused, a token ignores it like any scope.
 */
export type Scope = { readonly path: readonly string[] } & (
  | { readonly kind: 'builtin'; readonly role: BuiltinRole }
  | { readonly kind: 'role'; readonly name: string }
  | { readonly kind: 'document'; readonly collection: string; readonly id: bigint }
  | { readonly kind: 'unresolvable' }
)

/** `scope` is absent for a plain secret and for one whose suffix counts for nothing. */
export interface ScopedSecret {
  readonly secret: string
  readonly scope?: Scope
}

/** Splits a presented text, or answers `undefined` when it cannot be a secret at all: the login is refused. */
export function parseScopedSecret(text: string): ScopedSecret | undefined {
  const end = endOf(text, 0, isSecretCharacter)
  if (end === 0) return undefined
  if (end === text.length) return { secret: text }
  if (text.charCodeAt(end) !== COLON) return undefined
  const scope = parseScope(text.slice(end + 1))
  if (scope === 'refused') return undefined
  const secret = text.slice(0, end)
  return scope === 'ignored' ? { secret } : { secret, scope }
}

function parseScope(text: string): Scope | 'ignored' | 'refused' {
  const end = endOf(text, 0, isSegmentCharacter)
  const hasPath = end > 0 && text.charCodeAt(end) === COLON
  const path = hasPath ? splitPath(text.slice(0, end)) : []
  const rest = hasPath ? text.slice(end + 1) : text
  return parseBuiltin(rest, path) ?? parseRole(rest, path) ?? parseDocument(rest, path) ?? 'ignored'
}

function parseBuiltin(text: string, path: readonly string[]): Scope | 'refused' | undefined {
  const role = BUILTIN_ROLES.find((name) => text.startsWith(name))
  if (role === undefined) return undefined
  return role.length === text.length ? { kind: 'builtin', role, path } : 'refused'
}

function parseRole(text: string, path: readonly string[]): Scope | 'refused' | undefined {
  const name = segmentAfter(text, ROLE_PREFIX)
  if (name === undefined || name === 'refused') return name
  return { kind: 'role', name: name.text, path }
}

function parseDocument(text: string, path: readonly string[]): Scope | 'refused' | undefined {
  const prefix = DOCUMENT_PREFIXES.find((p) => text.startsWith(p))
  const segment = prefix === undefined ? undefined : segmentAfter(text, prefix)
  return segment === undefined || segment === 'refused' ? segment : documentOf(segment.text, path)
}

function documentOf(text: string, path: readonly string[]): Scope {
  const [collection, digits, ...more] = text.split('/', 3)
  if (!collection || !digits || more.length > 0 || !/^\d{1,19}$/.test(digits))
    return { kind: 'unresolvable', path }
  const id = BigInt(digits)
  return id > MAX_ID ? { kind: 'unresolvable', path } : { kind: 'document', collection, id, path }
}

/** The segment behind a prefix; `undefined` when there is none, `refused` when text is left over behind it. */
function segmentAfter(text: string, prefix: string): { readonly text: string } | 'refused' | undefined {
  if (!text.startsWith(prefix)) return undefined
  const end = endOf(text, prefix.length, isSegmentCharacter)
  if (end === prefix.length) return undefined
  return end === text.length ? { text: text.slice(prefix.length) } : 'refused'
}

/** Empty names at the end do not count, those elsewhere are names that no database has. */
function splitPath(text: string): string[] {
  const names = text.split('/')
  while (names.length > 0 && names.at(-1) === '') names.pop()
  return names
}

const COLON = 58
const SEGMENT_ENDS = new Set([...',()&=:'].map((c) => c.charCodeAt(0)))
const SECRET_ENDS = new Set([...SEGMENT_ENDS, '/'.charCodeAt(0)])

const isSegmentCharacter = (code: number): boolean => !SEGMENT_ENDS.has(code)
const isSecretCharacter = (code: number): boolean => !SECRET_ENDS.has(code)

function endOf(text: string, from: number, belongs: (code: number) => boolean): number {
  let i = from
  while (i < text.length && belongs(text.charCodeAt(i))) i++
  return i
}
