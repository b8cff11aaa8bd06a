/** Tokens that live longer than the database allows. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

let a: Asking

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  await a.data('Collection.create({ name: "User" })')
  await a.data('Credential.create({ document: User.create({ id: 1 }), password: "x" })')
  await a.call('PUT', '/identity/1/settings', a.server.secret, { token_ttl: { default: 60, max: 3600 } })
})
afterAll(() => a.server.stop())

const seconds = 'ttl!.difference(Time.now(), "seconds")'

test('without a ttl they get the default', async () => {
  expect(await a.data(`Token.create({ document: User("1") }).${seconds}`)).toBeLessThanOrEqual(60)
  expect(await a.data(`Credential.byDocument(User("1"))!.login("x").${seconds}`)).toBeLessThanOrEqual(60)
})

test('a shorter or longer one within the maximum is kept', async () => {
  const query = `Credential.byDocument(User("1"))!.login("x", Time.now().add(30, "minutes")).${seconds}`
  expect(await a.data(query)).toBeGreaterThan(1700)
})

test.each([
  'Credential.byDocument(User("1"))!.login("x", Time.now().add(2, "hours"))',
  'Token.create({ document: User("1"), ttl: Time.now().add(2, "hours") })',
  'Token.byDocument(User("1")).first()!.update({ ttl: Time.now().add(2, "hours") })',
])('more is refused: %s', async (query) => {
  const { error } = await a.ask(query)
  expect(error?.constraint_failures).toMatchObject([
    { paths: [['ttl']], message: expect.stringMatching(/^Tokens of this database end at/) },
  ])
})

test('a ttl that is taken away becomes the maximum', async () => {
  const query = `let t = Token.byDocument(User("1")).first()!
    t.update({ ttl: null })
    t.${seconds}`
  const left = await a.data(query)
  expect(left).toBeGreaterThan(3000)
  expect(left).toBeLessThanOrEqual(3600)
})
