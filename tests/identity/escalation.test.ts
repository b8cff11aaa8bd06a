/** Somebody with few rights gets at more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking, type Json } from './asking.ts'

let a: Asking
/** Secret of user 1, whose role may read public notes, write its own, and call some functions. */
let ann: string
/** Secrets of keys with built-in roles. */
const keys: Record<string, string> = {}

const SCHEMA = `
collection User {}
collection Note {
  owner: Any
  text: Any
  secret: Any
  compute all = _ => Secret.all().map(.v).toArray()
}
collection Secret { v: Any }

role member {
  membership User
  privileges Note {
    create
    read { predicate (n => n.owner == Query.identity()) }
    write { predicate ((old, new) => old.owner == Query.identity() && new.owner == Query.identity()) }
  }
  privileges apply { call }
  privileges asAdmin { call }
  privileges lazy { call }
  privileges greedy { call { predicate (x => x == 1) } }
}
role sneaky {
  privileges Note { read { predicate (_ => Secret.create({ v: "written by a predicate" }) != null) } }
  privileges Secret { read { predicate (_ => breakOut()) } }
}

function apply(f) { f() }
@role(admin)
function asAdmin(f) { f() }
@role(admin)
function lazy() { Secret.all() }
@role(admin)
function breakOut() { Key.create({ role: "admin" }).secret != null }
@role(admin)
function greedy(x) { Secret.all().first()!.v }
@role(server)
function hidden() { Secret.all().first()!.v }
`

beforeAll(async () => {
  a = new Asking(await startOwnServer())
  expect(await (await a.push(SCHEMA)).json()).toHaveProperty('version')
  await a.data('Secret.create({ id: 1, v: "treasure" })')
  await a.data('[User.create({ id: 1 }), User.create({ id: 2 })].length')
  await a.data('Note.create({ id: 2, owner: User("2"), text: "of user 2" })')
  ann = await a.data('Token.create({ document: User("1") }).secret')
  for (const role of ['server', 'server-readonly', 'client', 'sneaky'])
    keys[role] = await a.data(`Key.create({ role: "${role}" }).secret`)
})
afterAll(() => a.server.stop())

describe('through functions', () => {
  test('one that may not be called', async () => {
    expect(await a.code('hidden()', ann)).toBe('permission_denied')
    expect(await a.code('Function("hidden")()', ann)).toBe('permission_denied')
    expect(await a.code('[1].map(_ => hidden())', ann)).toBe('permission_denied')
  })
  test('one whose call predicate says no to these arguments', async () => {
    expect(await a.data('greedy(1)', ann)).toBe('treasure')
    expect(await a.code('greedy(2)', ann)).toBe('permission_denied')
  })
  test('one without a role runs what it is given with the caller’s rights', async () => {
    expect(await a.data('apply(() => Secret.all().count())', ann)).toBe(0)
    expect(await a.data('apply(() => Secret("1").exists())', ann)).toBe(false)
    expect(await a.code('apply(() => hidden())', ann)).toBe('permission_denied')
  })
  test('sets and references that a privileged one returns are read with the caller’s rights', async () => {
    expect(await a.data('lazy().count()', ann)).toBe(0)
    expect(await a.data('lazy().toArray().length', ann)).toBe(0)
    expect(await a.data('lazy()', ann)).toMatchObject({ data: [] })
  })
  test('an admin function that calls its argument is a hole of the application’s own making, and is one', async () => {
    expect(await a.data('asAdmin(() => Secret.all().first()!.v)', ann)).toBe('treasure')
  })
})

test('through computed fields: they have the rights of the reader', async () => {
  const note = await a.data('Note.create({ owner: Query.identity(), text: "mine" }).id', ann)
  expect(await a.data(`Note("${note}").all`, ann)).toEqual([])
  expect(await a.data(`Note("${note}").all`)).toEqual(['treasure'])
})

describe('through predicates', () => {
  test('that write, or call an admin function that does: they deny, and nothing is written', async () => {
    const before = await a.data('[Secret.all().count(), Key.all().count()]')
    expect(await a.data('[Note.all().count(), Secret.all().count()]', keys['sneaky'])).toEqual([0, 0])
    expect(await a.data('[Secret.all().count(), Key.all().count()]')).toEqual(before)
  })
  test('by taking over a document: owner of old and new are both looked at', async () => {
    expect(await a.code('Note("2").update({ owner: Query.identity() })', ann)).toBe('permission_denied')
    const mine = await a.data('Note.create({ owner: Query.identity() }).id', ann)
    expect(await a.code(`Note("${mine}")!.update({ owner: User("2") })`, ann)).toBe('permission_denied')
  })
})

describe('forging Query.identity()', () => {
  test.each([
    'let Query = { identity: () => User("2") }; Note("2").exists()',
    'let Query = null; Note("2").exists()',
    'at (Time.now()) { Note("2").exists() }',
  ])('%s', async (query) => {
    const answer = await a.ask(query.replaceAll('; ', '\n'), ann)
    expect([0, false, undefined]).toContain(answer.data)
  })
  test('a document given as argument is not an identity', async () => {
    const reply = await a.call(
      'POST',
      '/query/1',
      ann,
      {
        query: 'Note("2").exists()',
        arguments: { identity: { '@ref': { id: '2', coll: { '@mod': 'User' } } } },
      },
      { 'x-format': 'tagged' },
    )
    expect(((await reply.json()) as Json).data).toBe(false)
  })
  test('creating a document of the same id in another collection', async () => {
    await a.push(`${SCHEMA}\ncollection Imposter {}`)
    const secret = await a.data('Token.create({ document: Imposter.create({ id: 1 }) }).secret')
    expect(await a.data('Note.all().count()', secret)).toBe(0)
  })
})

describe('scoped secrets', () => {
  test.each([
    ['server', ':admin'],
    ['server', ':server'],
    ['server', ':@role/member'],
    ['server-readonly', ':admin'],
    ['server-readonly', ':@doc/User/1'],
    ['client', ':@doc/User/1'],
    ['client', ':server'],
    ['sneaky', ':admin'],
    ['sneaky', ':@doc/User/1'],
  ])('a key with role %s takes no %s', async (role, scope) => {
    expect(await a.status('1', keys[role] + scope)).toBe(401)
  })
  test('a server key may act as a document, with what that may do', async () => {
    expect(await a.data('Secret.all().count()', `${keys['server']}:@doc/User/1`)).toBe(0)
  })
  test('a token stays itself whatever it asks for', async () => {
    for (const scope of [':admin', ':server', ':@doc/User/2', ':@role/sneaky', ':child:admin'])
      expect(await a.data('Query.identity().id', ann + scope)).toBe('1')
  })
})

describe('child databases', () => {
  test('down by path only, never up or sideways', async () => {
    const [one, two] = [await a.child('one'), await a.child('two')]
    await a.data('Collection.create({ name: "Mine" })', two)
    const inner = await a.child('inner', one)
    expect(await a.status('1', `${one}:inner:admin`)).toBe(200)
    for (const scope of [
      ':two:admin',
      ':../two:admin',
      ':/:admin',
      ':one:admin',
      '::admin',
      ':inner/..:admin',
    ])
      expect([
        scope,
        (await a.status('1', one + scope)) === 200 &&
          (await a.data('Collection.byName("Mine").exists()', one + scope)),
      ]).toEqual([scope, false])
    expect(await a.data('Database.all().map(.name).toArray()', one)).toEqual(['inner'])
    expect(await a.data('Database.all().count()', inner)).toBe(0)
    expect(await a.data('Collection.byName("Secret").exists()', inner)).toBe(false)
  })
  test('a token of one is none in another, though ids are the same', async () => {
    const [one, two] = [await a.child('three'), await a.child('four')]
    for (const db of [one, two]) await a.data('Collection.create({ name: "User" })', db)
    const secret = await a.data('Token.create({ id: 77, document: User.create({ id: 1 }) }).secret', one)
    await a.data('Token.create({ id: 77, document: User.create({ id: 1 }) }).secret', two)
    expect(await a.status('1', secret)).toBe(200)
    const bytes = Buffer.from(secret, 'base64url')
    const other = Buffer.from(await a.data('Token.create({ document: User("1") }).secret', two), 'base64url')
    other.copy(bytes, 10, 10, 18)
    expect(await a.status('1', bytes.toString('base64url'))).toBe(401)
  })
  test('a child’s admin cannot make a key for a database outside', async () => {
    const one = await a.child('five')
    expect(await a.code('Key.create({ role: "admin", database: "two" })', one)).toBe('constraint_failure')
    expect(await a.code('Key.create({ role: "admin", database: "../two" })', one)).toBe('constraint_failure')
  })
})

describe('writes of who is who by non-admins', () => {
  const writes = [
    'Role.create({ name: "boss", privileges: { resource: "Secret", actions: { read: true } }, membership: { resource: "User" } })',
    'Role.byName("member")!.update({ privileges: [] })',
    'Role.byName("member")!.delete()',
    'Key.create({ role: "admin" })',
    'Key.all().first()!.update({ role: "admin" })',
    'AccessProvider.create({ name: "mine", issuer: "me", jwks_uri: "https://me.example/k", roles: "member" })',
    'Database.create({ name: "mine" })',
  ]
  test.each(writes)('%s', async (query) => {
    for (const secret of [ann, keys['server']!, keys['server-readonly']!, keys['client']!])
      expect((await a.ask(query, secret)).status).toBe(400)
    expect(await a.data('[Role.byName("boss").exists(), AccessProvider.all().count()]')).toEqual([false, 0])
  })
  test('tokens and credentials of others', async () => {
    for (const query of [
      'Token.create({ document: User("2") })',
      'Credential.create({ document: User("2"), password: "x" })',
      'Token.byDocument(User("2")).count()',
      'Token.all().first()!.update({ document: User("2") })',
      'Query.token()!.update({ document: User("2") })',
    ]) {
      const answer = await a.ask(query, ann)
      expect([query, answer.error?.code ?? answer.data]).toEqual([
        query,
        expect.toBeOneOf(['permission_denied', 0]),
      ])
    }
  })
  test('the server role makes no function with admin rights', async () => {
    const create = 'Function.create({ name: "rise", body: "() => Key.all().count()", role: "admin" })'
    expect(await a.code(create, keys['server'])).toBe('constraint_failure')
    await a.data(
      'Function.create({ name: "rise", body: "() => Key.all().count()", role: "server" }).name',
      keys['server'],
    )
    expect(await a.code('Function.byName("rise")!.update({ role: "admin" })', keys['server'])).toBe(
      'constraint_failure',
    )
  })
  test('schema files', async () => {
    for (const secret of [ann, keys['server']!, keys['client']!])
      expect((await a.push('role boss { privileges Secret { read } membership User }', secret)).status).toBe(
        403,
      )
  })
})
