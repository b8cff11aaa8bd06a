import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseScopedSecret, type Scope } from '#src/access/secrets/scope.ts'

const builtin = (role: string, ...path: string[]) => ({ kind: 'builtin', role, path })
const role = (name: string, ...path: string[]) => ({ kind: 'role', name, path })
const doc = (collection: string, id: bigint, ...path: string[]) => ({
  kind: 'document',
  collection,
  id,
  path,
})
const nowhere = (...path: string[]) => ({ kind: 'unresolvable', path })

describe('scopes', () => {
  test.each<[string, object]>([
    ['S:admin', builtin('admin')],
    ['S:server', builtin('server')],
    ['S:server-readonly', builtin('server-readonly')],
    ['S:client', builtin('client')],
    ['S:child:server', builtin('server', 'child')],
    ['S:child/grand:server', builtin('server', 'child', 'grand')],
    ['S:db.with dots:admin', builtin('admin', 'db.with dots')],
    ['S:admin:server', builtin('server', 'admin')],
    ['S:@role/r:server', builtin('server', '@role', 'r')],
    ['S:a//b:server', builtin('server', 'a', '', 'b')],
    ['S:/a:server', builtin('server', '', 'a')],
    ['S:a/:server', builtin('server', 'a')],
    ['S:@role/r', role('r')],
    ['S:@role/r/s', role('r/s')],
    ['S:@role/admin', role('admin')],
    ['S:child:@role/r', role('r', 'child')],
    ['S:@doc/User/101', doc('User', 101n)],
    ['S:collections/User/101', doc('User', 101n)],
    ['S:classes/User/101', doc('User', 101n)],
    ['S:child:@doc/User/101', doc('User', 101n, 'child')],
    ['S:child:classes/User/9223372036854775807', doc('User', 2n ** 63n - 1n, 'child')],
    ['S:@doc/User', nowhere()],
    ['S:@doc/User/', nowhere()],
    ['S:@doc//1', nowhere()],
    ['S:@doc/User/x', nowhere()],
    ['S:@doc/User/-1', nowhere()],
    ['S:@doc/User/1/2', nowhere()],
    ['S:@doc/User/9223372036854775808', nowhere()],
    ['S:child:@doc/User', nowhere('child')],
  ])('%s', (text, scope) => expect(parseScopedSecret(text)).toEqual({ secret: 'S', scope }))

  test.each([
    'S',
    'S:',
    'S::',
    'S:nonsense',
    'S:child',
    'S:child/grand',
    'S:admin:x',
    'S:a:b:server',
    'S::server',
  ])('%s is the plain secret', (text) => expect(parseScopedSecret(text)).toEqual({ secret: 'S' }))

  test.each([
    'S:@role/',
    'S:@role/r:x',
    'S:@doc/',
    'S:child:@doc/',
    'S:classes/',
    'S:Admin',
    'S: admin',
    'S:(server',
  ])('%s is the plain secret', (text) => expect(parseScopedSecret(text)).toEqual({ secret: 'S' }))

  test.each([
    'S:serverless',
    'S:child:admins',
    'S:server-readonlyx',
    'S:server-',
    'S:admin ',
    'S:client/x',
    'S:server(x',
  ])('%s is refused', (text) => expect(parseScopedSecret(text)).toBeUndefined())

  test.each([
    '',
    ':',
    ':admin',
    'S/x',
    'S/x:admin',
    'S,',
    'S(',
    'S)',
    'S&a',
    'S=',
    '/S',
    'S:@role/a,b',
    'S:@doc/U/1(',
    'S:c:@role/a=b',
  ])('%j is refused', (text) => expect(parseScopedSecret(text)).toBeUndefined())
})

test('arbitrary text: no crash, and a plain secret never gains a scope', () => {
  const piece = fc.constantFrom(
    'S',
    ':',
    '/',
    ',',
    '(',
    '=',
    'admin',
    'server',
    '@role/',
    '@doc/',
    'classes/',
    '1',
    ' ',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((p) => p.join('')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(text, (text) => {
      const parsed = parseScopedSecret(text)
      if (parsed === undefined) return
      expect(text.startsWith(parsed.secret)).toBe(true)
      expect(parsed.secret).not.toMatch(/[/,()&=:]|^$/)
      if (parsed.scope) expect(text.length).toBeGreaterThan(parsed.secret.length + 1)
    }),
  )
})

test('scopes printed from parts are read back', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/)
  const path = fc.array(name, { maxLength: 3 })
  const scope = fc.oneof<fc.Arbitrary<Scope>[]>(
    fc.record({
      kind: fc.constant('builtin' as const),
      role: fc.constantFrom('admin' as const, 'server' as const),
      path,
    }),
    fc.record({ kind: fc.constant('role' as const), name, path }),
    fc.record({
      kind: fc.constant('document' as const),
      collection: name,
      id: fc.bigInt(0n, 2n ** 63n - 1n),
      path,
    }),
  )
  fc.assert(
    fc.property(scope, (scope) => {
      expect(parseScopedSecret(`S:${print(scope)}`)).toEqual({ secret: 'S', scope })
    }),
  )
})

function print(scope: Scope): string {
  const path = scope.path.length > 0 ? `${scope.path.join('/')}:` : ''
  if (scope.kind === 'builtin') return path + scope.role
  if (scope.kind === 'role') return `${path}@role/${scope.name}`
  return scope.kind === 'document' ? `${path}@doc/${scope.collection}/${scope.id}` : path
}

test('a long hostile suffix is read in linear time', () => {
  // Quadratic reading would run into the test's time limit.
  for (const text of [
    `S:${'a/'.repeat(200_000)}:server`,
    `S${':'.repeat(400_000)}`,
    `S:@doc/${'1/'.repeat(200_000)}`,
  ])
    expect(parseScopedSecret(text)).toBeDefined()
})
