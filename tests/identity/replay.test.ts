/** A secret that was good once is used again. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

let a: Asking

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  await a.data('Collection.create({ name: "User" })')
  await a.data(
    'Role.create({ name: "member", membership: { resource: "User", predicate: "u => u.active == true" }, privileges: { resource: "User", actions: { read: true } } })',
  )
})
afterAll(() => a.server.stop())

/** A user with a token: [id, token id, secret]. */
async function user(): Promise<[string, string, string]> {
  return a.data(`
    let user = User.create({ active: true })
    let token = Token.create({ document: user })
    Credential.create({ document: user, password: "old" })
    [user.id, token.id, token.secret]
  `)
}

const seesItself = 'User.all().count()'

describe('replay after', () => {
  test('revocation', async () => {
    const [, token, secret] = await user()
    expect(await a.status('1', secret)).toBe(200)
    await a.data(`Token.byId("${token}")!.delete()`)
    expect(await a.status('1', secret)).toBe(401)
  })

  test('logout by the token itself', async () => {
    const [, , secret] = await user()
    await a.data('Query.token()!.delete()', secret)
    expect(await a.status('1', secret)).toBe(401)
  })

  test('expiry', async () => {
    const [id] = await user()
    const secret = await a.data(
      `Token.create({ document: User("${id}"), ttl: Time.now().add(300, "milliseconds") }).secret`,
    )
    expect(await a.status('1', secret)).toBe(200)
    await setTimeout(350)
    expect(await a.status('1', secret)).toBe(401)
  })

  test('expiry of a key', async () => {
    const secret = await a.data(
      'Key.create({ role: "admin", ttl: Time.now().add(300, "milliseconds") }).secret',
    )
    expect(await a.status('1', secret)).toBe(200)
    await setTimeout(350)
    expect(await a.status('1', secret)).toBe(401)
  })

  test('deletion of the identity, and it works for nobody else', async () => {
    const [id, , secret] = await user()
    await a.data(`User.byId("${id}")!.delete()`)
    expect(await a.status('1', secret)).toBe(401)
  })

  test('expiry of the identity', async () => {
    const [id, , secret] = await user()
    await a.data(`User.byId("${id}")!.update({ ttl: Time.now().subtract(1, "second") })`)
    expect(await a.status('1', secret)).toBe(401)
  })

  test('a change of the role', async () => {
    const [, , secret] = await user()
    expect(await a.data(seesItself, secret)).toBeGreaterThan(0)
    await a.data('Role.byName("member")!.update({ privileges: [] })')
    expect(await a.data(seesItself, secret)).toBe(0)
    await a.data(
      'Role.byName("member")!.update({ privileges: { resource: "User", actions: { read: true } } })',
    )
    expect(await a.data(seesItself, secret)).toBeGreaterThan(0)
  })

  test('a change of what the membership looks at', async () => {
    const [id, , secret] = await user()
    await a.data(`User.byId("${id}")!.update({ active: false })`)
    expect(await a.data(seesItself, secret)).toBe(0)
  })

  test('a change of a key’s role', async () => {
    const [id, secret] = await a.data('let k = Key.create({ role: "admin" })\n[k.id, k.secret]')
    expect(await a.status('Key.all().count()', secret)).toBe(200)
    await a.data(`Key.byId("${id}")!.update({ role: "client" })`)
    expect(await a.data('Key.all().count()', secret)).toBe(0)
    expect(await a.code('Key.create({ role: "admin" })', secret)).toBe('permission_denied')
  })

  test('deletion of the database, or of one above it', async () => {
    const outer = await a.child('outer')
    const inner = await a.child('inner', outer)
    expect(await a.status('1', inner)).toBe(200)
    await a.data('Database.byName("outer")!.delete()')
    expect([await a.status('1', outer), await a.status('1', inner)]).toEqual([401, 401])
  })

  test('a change of password: the old password fails at once; tokens go when they are deleted', async () => {
    const [id, , secret] = await user()
    await a.data(`Credential.byDocument(User("${id}"))!.update({ password: "new" })`)
    expect(await a.code(`Credential.byDocument(User("${id}"))!.login("old")`)).toBe('invalid_secret')
    expect(await a.status('1', secret)).toBe(200)
    await a.data(`Token.byDocument(User("${id}")).forEach(.delete())`)
    expect(await a.status('1', secret)).toBe(401)
  })
})
