/** Passwords are guessed, one after the other or many at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StorageEngine } from '#src/storage/engine.ts'
import { LmdbEngine } from '#src/storage/lmdb/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking, type Json } from './asking.ts'

let storage: StorageEngine
let a: Asking

async function start(): Promise<void> {
  a = new Asking(await startOwnServer(storage))
}

beforeEach(async () => {
  storage = new MemoryEngine()
  await start()
  await a.data('Collection.create({ name: "User" })')
  await a.data('Credential.create({ document: User.create({ id: 1 }), password: "right" })')
  await a.data('Credential.create({ document: User.create({ id: 2 }), password: "other" })')
})
afterEach(() => a.server.stop())

const login = (password: string, id = 1) => `Credential.byDocument(User("${id}"))!.login("${password}").id`

/** Guesses wrongly, `n` times. */
async function guess(n: number, id = 1, secret?: string): Promise<void> {
  for (let i = 0; i < n; i++) expect(await a.code(login(`wrong${i}`, id), secret)).toBe('invalid_secret')
}

const logins = async (): Promise<Json> => (await a.call('GET', '/identity/1/logins', a.server.secret)).json()

describe('guessing the password of a credential', () => {
  test('is cut off, with the answer that a wrong password gets, and others are not concerned', async () => {
    await guess(11)
    const blocked = await a.ask(login('right'))
    const wrong = await a.ask(login('wrong', 2))
    expect(blocked.error).toEqual(wrong.error)
    expect(await a.code(login('other', 2))).toBeUndefined()
  })

  test('a few mistakes cost nothing, and the right password wipes them out', async () => {
    for (let round = 0; round < 3; round++) {
      await guess(9)
      await a.data(login('right'))
    }
    expect((await logins()).credentials).toEqual([])
  })

  test('is counted although the failed login undoes its own query', async () => {
    await guess(3)
    expect((await logins()).credentials).toMatchObject([{ failures: 3, blocked_until: null }])
  })

  test('is counted across a restart', async () => {
    await a.server.stop()
    const folder = mkdtempSync(join(tmpdir(), 'vivarium-logins-'))
    storage = new LmdbEngine(folder)
    await start()
    await a.data('Collection.create({ name: "User" })')
    await a.data('Credential.create({ document: User.create({ id: 1 }), password: "right" })')
    await guess(11)
    await a.server.stop()
    storage = new LmdbEngine(folder)
    await start()
    expect(await a.code(login('right'))).toBe('invalid_secret')
    expect((await logins()).credentials).toMatchObject([{ failures: 11 }])
    rmSync(folder, { recursive: true })
  })

  test('in parallel is no way around', async () => {
    const guesses = Array.from({ length: 40 }, (_, i) => a.code(login(i === 39 ? 'right' : `wrong${i}`)))
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['invalid_secret']))
    const [record] = (await logins()).credentials
    expect(record.failures).toBeLessThanOrEqual(12)
  })

  test('many in one query is no way around', async () => {
    const query = `let c = Credential.byDocument(User("1"))!
      Set.sequence(0, 30).toArray().map(i => c.verify("wrong" + i.toString()))`
    await a.data(query)
    expect(await a.data('Credential.byDocument(User("1"))!.verify("right")')).toBe(false)
  })

  test('by `verify` counts as well', async () => {
    for (let i = 0; i < 11; i++) await a.data('Credential.byDocument(User("1"))!.verify("wrong")')
    expect(await a.code(login('right'))).toBe('invalid_secret')
  })

  test('can be forgiven by an admin, one credential or all', async () => {
    await guess(11, 1)
    await guess(11, 2)
    const id = await a.data('Credential.byDocument(User("1"))!.id')
    const cleared = await a.call('DELETE', `/identity/1/logins?credential=${id}`, a.server.secret)
    expect(await cleared.json()).toEqual({ cleared: 1 })
    expect(await a.code(login('right'))).toBeUndefined()
    expect(await a.code(login('other', 2))).toBe('invalid_secret')
    await a.call('DELETE', '/identity/1/logins', a.server.secret)
    expect(await a.code(login('other', 2))).toBeUndefined()
  })
})

describe('guessing from one address', () => {
  /** A client may only call the login function; the address of its request is then its own. */
  async function client(): Promise<string> {
    await a.data(
      'Function.create({ name: "enter", role: "server", body: "(id, password) => Credential.byDocument(User(id))!.login(password).secret" })',
    )
    await a.data(
      'Role.create({ name: "visitor", privileges: { resource: "enter", actions: { call: true } } })',
    )
    return a.data('Key.create({ role: "visitor" }).secret')
  }

  const settings = (body: unknown) => a.call('PUT', '/identity/1/settings', a.server.secret, body)

  test('is cut off, whatever credential is tried; an application’s own server is not', async () => {
    const key = await client()
    await settings({
      throttle: { credential: false, address: { free_failures: 4, first_delay: 100, max_delay: 100 } },
    })
    for (let i = 0; i < 5; i++)
      expect(await a.code(`enter("${1 + (i % 2)}", "wrong")`, key)).toBe('invalid_secret')
    expect(await a.code('enter("1", "right")', key)).toBe('invalid_secret')
    expect((await logins()).addresses).toMatchObject([{ address: '127.0.0.1', failures: 5 }])
    expect(await a.code(login('right'))).toBeUndefined()
    await a.call('DELETE', '/identity/1/logins?address=127.0.0.1', a.server.secret)
    expect(await a.code('enter("1", "right")', key)).toBeUndefined()
  })

  test('right logins between the guesses do not help', async () => {
    const key = await client()
    await settings({
      throttle: { credential: false, address: { free_failures: 3, first_delay: 100, max_delay: 100 } },
    })
    for (let i = 0; i < 4; i++) {
      await a.ask('enter("1", "wrong")', key)
      await a.ask('enter("2", "other")', key)
    }
    expect(await a.code('enter("2", "other")', key)).toBe('invalid_secret')
  })
})

describe('settings', () => {
  test.each([
    ['[]', 'Settings are a JSON object.'],
    ['{', 'The body is not JSON.'],
    ['{"trottle":{}}', 'There is no setting `trottle`.'],
    ['{"__proto__":{}}', 'There is no setting `__proto__`.'],
    ['{"throttle":{"credential":true}}', '`throttle.credential` is an object.'],
    [
      '{"throttle":{"credential":{"free_failures":-1}}}',
      /`throttle.credential.free_failures` is a whole number/,
    ],
    ['{"token_ttl":{"default":20,"max":10}}', '`token_ttl.default` is more than `token_ttl.max`.'],
    ['{"token_ttl":{"max":1e99}}', /is a whole number/],
  ])('refuse %s', async (text, message) => {
    const reply = await fetch(`${a.server.url}/identity/1/settings`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${a.server.secret}` },
      body: text,
    })
    expect(reply.status).toBe(400)
    const { error } = (await reply.json()) as Json
    expect(error.message).toMatch(message)
    expect(await (await a.call('GET', '/identity/1/settings', a.server.secret)).json()).toEqual({})
  })

  test.each(['server', 'server-readonly', 'client'])('are not for the role %s', async (role) => {
    const key = await a.data(`Key.create({ role: "${role}" }).secret`)
    for (const [method, path] of [
      ['GET', 'settings'],
      ['PUT', 'settings'],
      ['GET', 'logins'],
      ['DELETE', 'logins'],
    ])
      expect(
        (await a.call(method!, `/identity/1/${path}`, key, method === 'PUT' ? {} : undefined)).status,
      ).toBe(403)
    expect((await a.call('GET', '/identity/1/settings', 'nobody')).status).toBe(401)
  })

  test('throttling is on without any, and only a setting switches it off', async () => {
    await a.call('PUT', '/identity/1/settings', a.server.secret, { throttle: { credential: false } })
    await guess(15)
    expect(await a.code(login('right'))).toBeUndefined()
  })

  test('are inherited by child databases, and by nobody else', async () => {
    await a.call('PUT', '/identity/1/settings', a.server.secret, { token_ttl: { max: 60 } })
    const child = await a.child('child')
    await a.data('Collection.create({ name: "C" })', child)
    const ends = 'Token.create({ document: C.create({}) }).ttl!.difference(Time.now(), "seconds") <= 60'
    expect(await a.data(ends, child)).toBe(true)
    await a.call('PUT', '/identity/1/settings', child, { token_ttl: {} })
    expect(await a.data('Token.create({ document: C.create({}) }).ttl', child)).toBeNull()
  })
})
