/** Secrets turn up in logs, errors, metrics, explanations, or the store. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditInLog } from '#src/observe/audit.ts'
import { createLog } from '#src/observe/log.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

const PASSWORD = 'correct-horse-battery'
const storage = new MemoryEngine()
const lines: string[] = []
let a: Asking
let token: string
let key: string

beforeAll(async () => {
  const log = createLog('debug', { write: (line) => lines.push(line) })
  a = new Asking(await startOwnServer(storage, { log, audit: auditInLog(log) }))
  await a.data('Collection.create({ name: "User" })')
  await a.data(`Credential.create({ document: User.create({ id: 1 }), password: "${PASSWORD}" })`)
  token = await a.data(`Credential.byDocument(User("1"))!.login("${PASSWORD}").secret`)
  key = await a.data('Key.create({ role: "admin" }).secret')
  await a.data('Credential.byDocument(User("1"))!.update({ password: "changed-horse" })')
  await a.ask(`Credential.byDocument(User("1"))!.login("${PASSWORD}")`)
  for (const secret of [token, key, `${key}:@doc/User/1`, `${key}x`]) await a.ask('abort("x")', secret)
})
afterAll(() => a.server.stop())

/** The random part: what must not be anywhere, in text or as bytes. */
const random = (secret: string): Buffer => Buffer.from(secret, 'base64url').subarray(-20)
const everySecret = () => [
  PASSWORD,
  'changed-horse',
  token,
  key,
  random(token).toString('latin1'),
  random(key).toString('latin1'),
]

const expectNone = (text: string): void => {
  for (const secret of everySecret()) expect(text).not.toContain(secret)
}

test('logs and audit events', () => {
  expect(lines.length).toBeGreaterThan(10)
  expectNone(lines.join('\n'))
})

test('the store, every key and value of it', async () => {
  const snapshot = await storage.begin()
  const { entries } = await snapshot.scan({ start: '', end: '\u{ff}' }, { reverse: false, limit: 100_000 })
  snapshot.release()
  expect(entries.length).toBeGreaterThan(5)
  expectNone(entries.map((e) => e.key + Buffer.from(e.value).toString('latin1')).join('\n'))
})

test('documents, their history, and what is rendered of them', async () => {
  const queries = [
    'Token.all().toArray()',
    'Key.all().toArray()',
    'Credential.all().toArray()',
    'Token.all().first()!.secret',
    'Credential.all().first()!.password',
    'Credential.all().first()!.hashed_password',
    'Token.all().first()!.hashed_secret',
    'Token.all().first()!["hashed_secret"]',
    'Object.keys(Key.all().first()!)',
    'Token.where(.secret != null).toArray()',
    'log(Token.all().first()!, Credential.all().first()!)',
    'dbg(Key.all().first()!)',
    'abort(Credential.all().first()!)',
  ]
  for (const query of queries)
    for (const format of ['simple', 'tagged', 'decorated']) {
      const { text } = await a.ask(query, a.server.secret, { 'x-format': format })
      expectNone(text)
      expect(text).not.toMatch(/\$argon2|hashed_(secret|password)":/)
    }
})

test('a secret is shown once: the same query that made it does not see it again', async () => {
  expect(
    await a.data(
      'let t = Token.create({ document: User("1") })\n[t.secret != null, Token.byId(t.id)!.secret]',
    ),
  ).toEqual([true, null])
})

test('error texts of every kind', async () => {
  const bad = [
    `Credential.byDocument(User("1"))!.login("${PASSWORD}", "x")`,
    `Token.create({ document: "x" })`,
  ]
  for (const query of bad) {
    const { error } = await a.ask(query)
    expectNone(JSON.stringify(error))
  }
  const { text } = await a.ask('1', `${key}:nowhere:admin`)
  expectNone(text)
})

test('explanations', async () => {
  for (const accept of ['application/json', 'text/plain']) {
    const body = { secret: `${key}:@doc/User/1`, query: 'Token.all().toArray()' }
    const reply = await a.call('POST', '/explain/1', a.server.secret, body, { accept })
    expect(reply.status).toBe(200)
    expectNone(await reply.text())
  }
})
