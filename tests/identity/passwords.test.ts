/** Passwords: stored hashes that are weak, passwords that are huge, more logins than the machine can hash. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PasswordParams } from '#src/access/passwords/params.ts'
import { createEngine } from '#src/engine/engine.ts'
import { MemoryEngine } from '#src/storage/memory/engine.ts'
import { startOwnServer } from '../conformance/own-server.ts'
import { Asking } from './asking.ts'

/** Outlives the servers over it. */
class KeptEngine extends MemoryEngine {
  override async close(): Promise<void> {}
}

let storage: KeptEngine
let a: Asking
const weak: PasswordParams = { memory: 64, passes: 1, lanes: 1 }
const strong: PasswordParams = { memory: 128, passes: 2, lanes: 1 }

async function restart(passwordParams: PasswordParams): Promise<void> {
  await a?.server.stop()
  a = new Asking(await startOwnServer(storage, { passwordParams }))
}

beforeEach(async () => {
  storage = new KeptEngine()
  await restart(weak)
  await a.data('Collection.create({ name: "User" })')
  await a.data('Credential.create({ id: 1, document: User.create({ id: 1 }), password: "right" })')
})
afterEach(() => a.server.stop())

/** All hashes in the store, as text. */
async function hashes(): Promise<string[]> {
  const snapshot = await storage.begin()
  const { entries } = await snapshot.scan({ start: '', end: '\u{ff}' }, { reverse: false, limit: 10_000 })
  snapshot.release()
  return entries.flatMap(
    (e) =>
      Buffer.from(e.value)
        .toString('latin1')
        .match(/\$argon2id\$v=19\$m=\d+,t=\d/g) ?? [],
  )
}

test('a hash that is weaker than today’s gives way at the next right login, and only then', async () => {
  await restart(strong)
  await a.ask('Credential("1")!.login("wrong")')
  await a.data('Credential("1")!.verify("right")')
  expect(await hashes()).toEqual(['$argon2id$v=19$m=64,t=1'])
  await a.data('Credential("1")!.login("right").id')
  expect(await hashes()).toEqual(['$argon2id$v=19$m=128,t=2'])
  expect(await a.data('[Credential("1")!.verify("right"), Credential("1")!.verify("wrong")]')).toEqual([
    true,
    false,
  ])
})

test('a password beyond all reason is refused when it is set, and never right', async () => {
  const huge = `"${'x'.repeat(70_000)}"`
  const { error } = await a.ask(`Credential("1")!.update({ password: ${huge} })`)
  expect(error?.constraint_failures).toEqual([
    { paths: [['password']], message: 'a password has at most 65536 bytes' },
  ])
  expect(await a.data(`Credential("1")!.verify(${huge})`)).toBe(false)
})

test.each(['', ' ', 'pässwörd', '密码🔑', 'a\\u0000b'])('any text is a password: %j', async (password) => {
  await a.data(`Credential("1")!.update({ password: "${password}" })`)
  expect(await a.data(`Credential("1")!.verify("${password}")`)).toBe(true)
  expect(await a.data(`Credential("1")!.verify("${password}x")`)).toBe(false)
})

test('a flood of logins is cut off with 429, and others are served meanwhile', async () => {
  const dear: PasswordParams = { memory: 16_384, passes: 4, lanes: 1 }
  const service = createEngine({ storage, rootSecrets: ['secret'], passwordParams: dear })
  const run = async (query: string) =>
    service.query({
      authorization: 'Bearer secret',
      query,
      arguments: undefined,
      format: 'simple',
      typecheck: false,
      linearized: false,
      performanceHints: false,
      timeoutMs: 60_000,
      startedAt: performance.now(),
      maxContentionRetries: 0,
      lastTxnTs: 0,
      tags: undefined,
      trace: false,
      requestId: 'flood',
    })
  const flood = Array.from({ length: 300 }, () => run('Credential("1")!.login("wrong")'))
  expect((await run('1 + 1')).status).toBe(200)
  const statuses = (await Promise.all(flood)).map((r) => r.status)
  expect(new Set(statuses)).toEqual(new Set([400, 429]))
}, 60_000)
