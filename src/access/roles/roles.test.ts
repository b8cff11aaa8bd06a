import { describe, expect, it } from 'vitest'
import { BUILT_IN_ROLES, PREDICATE_RIGHTS, ROOT } from '#src/access/roles/built-in.ts'
import { DecisionLog, WatchedPermissions } from '#src/access/roles/explain.ts'
import type { DocumentAction } from '#src/access/roles/permissions.ts'
import type { Grant, Role } from '#src/access/roles/role.ts'
import { IdentityPermissions, RolePermissions } from '#src/access/roles/role-permissions.ts'
import { compileLambda } from '#src/fql/eval/compile.ts'
import { Context } from '#src/fql/eval/context.ts'
import type { Host } from '#src/fql/eval/host.ts'
import { declareType } from '#src/fql/stdlib/declare.ts'
import { parseLambda } from '#src/fql/syntax/parser.ts'
import { DocValue } from '#src/fql/values/document.ts'
import { LambdaValue, type UserFunctionValue } from '#src/fql/values/function.ts'
import { type CollectionHandle, ModuleValue } from '#src/fql/values/module.ts'

const handle = (name: string, more: object = {}): CollectionHandle =>
  ({ id: 1, name, alias: undefined, user: true, named: false, ...more }) as unknown as CollectionHandle

const type = declareType({ name: 'User' })
const user = new DocValue(new ModuleValue('User', type, handle('User')), 1n)
const token = new DocValue(new ModuleValue('Token', type, handle('Token', { user: false })), 7n)

/** Token 7 belongs to user 1. */
const host = {
  rawField: (doc: DocValue) => (doc.key === 7n ? user : undefined),
  global: () => undefined,
} as unknown as Host
const ctx = new Context(host, ROOT)

function lambda(text: string): LambdaValue {
  const parsed = parseLambda({ name: '*test*', text }, { short: true })
  if (!parsed.ok) throw new Error(text)
  return new LambdaValue(compileLambda(parsed.value), [])
}

const role = (name: string, resource: string, actions: Record<string, true | string>): Role => ({
  name,
  membership: [],
  privileges: [
    {
      resource,
      actions: new Map(
        Object.entries(actions).map(([a, g]): [string, Grant] => [a, g === true ? true : lambda(g)]),
      ),
    },
  ],
})

describe('RolePermissions', () => {
  const note = handle('Note', { alias: 'Memo' })
  it.each<[string, Role[], DocumentAction, boolean]>([
    ['nothing', [], 'read', false],
    ['another resource', [role('r', 'Other', { read: true })], 'read', false],
    ['another action', [role('r', 'Note', { read: true })], 'write', false],
    ['always', [role('r', 'Note', { read: true })], 'read', true],
    ['by alias', [role('r', 'Memo', { read: true })], 'read', true],
    ['a predicate that is true', [role('r', 'Note', { read: 'x => true' })], 'read', true],
    ['one that is null', [role('r', 'Note', { read: 'x => null' })], 'read', false],
    ['one that is 1', [role('r', 'Note', { read: 'x => 1' })], 'read', false],
    ['one that is text', [role('r', 'Note', { read: 'x => "true"' })], 'read', false],
    ['one with too many parameters', [role('r', 'Note', { read: '(x, y) => true' })], 'read', false],
    ['one that fails', [role('r', 'Note', { read: 'x => abort(x)' })], 'read', false],
    ['one that knows no such name', [role('r', 'Note', { read: 'x => nothing' })], 'read', false],
    [
      'no and yes',
      [role('a', 'Note', { read: 'x => false' }), role('b', 'Note', { read: 'x => true' })],
      'read',
      true,
    ],
    [
      'fails and yes',
      [role('a', 'Note', { read: 'x => abort(1)' }), role('b', 'Note', { read: true })],
      'read',
      true,
    ],
    ['unrestricted_read', [role('r', 'Note', { unrestricted_read: true })], 'read', false],
  ])('%s', async (_name, roles, action, allowed) => {
    const rights = new RolePermissions(roles)
    expect(await rights.allows(ctx, action, note, [1])).toBe(allowed)
    const log = new DecisionLog()
    expect(await new WatchedPermissions(rights, log).allows(ctx, action, note, [1])).toBe(allowed)
    expect(log.decisions[0]?.reasons.some((r) => r.grants)).toBe(allowed)
  })

  it('reads some documents when there is any entry, all when one has no predicate', () => {
    const some = new RolePermissions([role('r', 'Note', { read: 'x => false' })])
    const all = new RolePermissions([
      role('r', 'Note', { read: 'x => false' }),
      role('s', 'Note', { read: true }),
    ])
    expect([some.readsSome(note), some.readsAll(note), all.readsSome(note), all.readsAll(note)]).toEqual([
      true,
      false,
      true,
      true,
    ])
    expect(new RolePermissions([]).readsSome(note)).toBe(false)
  })

  it('a call gets its arguments one by one', async () => {
    const f = { name: 'f' } as UserFunctionValue
    const rights = (predicate: string) => new RolePermissions([role('r', 'f', { call: predicate })])
    expect(await rights('(a, b) => a < b').mayCall(ctx, f, [1, 2])).toBe(true)
    expect(await rights('(a) => true').mayCall(ctx, f, [1, 2])).toBe(false)
    expect(await rights('(...all) => true').mayCall(ctx, f, [1, 2])).toBe(true)
    expect(await rights('() => true').mayCall(ctx, f, [])).toBe(true)
  })
})

describe('IdentityPermissions', () => {
  const mine = new IdentityPermissions(new RolePermissions([]), user)
  const other = new IdentityPermissions(new RolePermissions([]), new DocValue(user.collection, 2n))
  const tokens = handle('Token', { user: false })
  it.each<[string, CollectionHandle, DocumentAction, boolean]>([
    ['read its token', tokens, 'read', true],
    ['delete its token', tokens, 'delete', true],
    ['change its token', tokens, 'write', false],
    ['make a token', tokens, 'create', false],
    ['read its credential', handle('Credential', { user: false }), 'read', true],
    ['delete its credential', handle('Credential', { user: false }), 'delete', false],
    ['read in a user collection called Token', handle('Token'), 'read', false],
    ['read itself', handle('User'), 'read', false],
  ])('may %s: %#', async (_name, collection, action, allowed) => {
    expect(await mine.allows(ctx, action, collection, [token])).toBe(allowed)
    expect(await other.allows(ctx, action, collection, [token])).toBe(false)
  })
})

describe('built-in roles', () => {
  const ACTIONS: DocumentAction[] = ['read', 'history_read', 'create', 'write', 'delete', 'create_with_id']
  const can = async (name: string, collection: CollectionHandle): Promise<string> => {
    const rights = BUILT_IN_ROLES.get(name)!
    const verdicts = await Promise.all(ACTIONS.map((action) => rights.allows(ctx, action, collection, [])))
    return verdicts.map((yes) => (yes ? '+' : '-')).join('')
  }
  it.each([
    ['admin', '++++++', '++++++'],
    ['server', '++++++', '------'],
    ['server-readonly', '++----', '------'],
    ['client', '------', '------'],
  ])('%s', async (name, ordinary, root) => {
    for (const c of [handle('Note'), handle('Token', { user: false }), handle('Collection', { user: false })])
      expect(await can(name, c)).toBe(ordinary)
    for (const c of ['Database', 'Key', 'Role', 'AccessProvider'])
      expect(await can(name, handle(c, { user: false }))).toBe(root)
  })

  it('predicates read everything but what only admins may, no history, and write nothing', () => {
    expect(PREDICATE_RIGHTS.readsAll(handle('Note'))).toBe(true)
    expect(PREDICATE_RIGHTS.readsAll(handle('Key', { user: false }))).toBe(false)
    for (const action of ['history_read', 'create', 'write', 'delete'] as const)
      expect(PREDICATE_RIGHTS.allows(ctx, action, handle('Note'), [])).toBe(false)
  })
})
