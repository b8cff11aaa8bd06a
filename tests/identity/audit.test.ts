/** What happened can be told later: logins, secrets, changes of rights. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AuditTrail } from '#src/engine/audit.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

const told: string[] = []
const audit: AuditTrail = {
  record: (event, origin) => {
    const { kind, ...rest } = event
    const words = Object.entries(rest)
      .filter(([name]) => name !== 'database')
      .map(([, v]) => v)
    told.push([kind, ...words, `by ${origin?.actor}`, `from ${origin?.address}`].join(' '))
  },
}
let a: Asking

beforeAll(async () => {
  a = new Asking(await startOwnServer(undefined, { audit }))
  await a.data('Collection.create({ name: "User" })')
  await a.data('Credential.create({ id: 7, document: User.create({ id: 1 }), password: "x" })')
})
beforeEach(() => {
  told.length = 0
})
afterAll(() => a.server.stop())

const by = (actor: string) => `by ${actor} from 127.0.0.1`

test('login ok, with the token it made', async () => {
  const id = await a.data('Credential("7")!.login("x").id')
  expect(told).toEqual([`token create ${id} User/1 ${by('root')}`, `login ok 7 ${by('root')}`])
})

test('login failed, and blocked', async () => {
  for (let i = 0; i < 12; i++) await a.ask('Credential("7")!.login("wrong")')
  expect(new Set(told)).toEqual(new Set([`login failed 7 ${by('root')}`, `login blocked 7 ${by('root')}`]))
  await a.call('DELETE', '/identity/1/logins', a.server.secret)
})

test('token revoked by itself', async () => {
  const [id, secret] = await a.data('let t = Token.create({ document: User("1") })\n[t.id, t.secret]')
  told.length = 0
  await a.data('Query.token()!.delete()', secret)
  expect(told).toEqual([`token delete ${id} User/1 ${by(`token ${id} of User/1`)}`])
})

test('keys, roles, credentials and providers', async () => {
  await a.data('Role.create({ name: "r" })')
  const id = await a.data('Key.create({ role: "r" }).id')
  await a.data('Role.byName("r")!.update({ privileges: [] })')
  await a.data(`Key.byId("${id}")!.delete()`)
  await a.data('Role.byName("r")!.delete()')
  await a.data('Credential("7")!.update({ password: "y" })')
  await a.data('AccessProvider.create({ name: "p", issuer: "i", jwks_uri: "https://p.example/" })')
  expect(told.map((t) => t.replace(` ${by('root')}`, ''))).toEqual([
    'role create r',
    `key create ${id}`,
    'role update r',
    `key delete ${id}`,
    'role delete r',
    'credential update 7 User/1',
    'access provider create p',
  ])
})

test('roles that come with a schema file', async () => {
  await a.push('collection User {}\nrole pushed { privileges User { read } }')
  expect(told).toContain(`role create pushed ${by('root')}`)
})

test('secrets that open nothing, by their id', async () => {
  const [id, secret] = await a.data('let k = Key.create({ role: "admin" })\n[k.id, k.secret]')
  await a.data(`Key.byId("${id}")!.delete()`)
  told.length = 0
  await a.status('1', secret)
  await a.status('1', 'nonsense')
  await fetch(`${a.server.url}/query/1`, { method: 'POST', body: '{"query":"1"}' })
  expect(told).toEqual([
    `authentication failed key ${id} ${by('nobody')}`,
    `authentication failed unknown secret ${by('nobody')}`,
  ])
})

test('a query that fails has changed nothing, and nothing is told', async () => {
  await a.ask('Key.create({ role: "admin" })\nabort("x")')
  expect(told).toEqual([])
})
